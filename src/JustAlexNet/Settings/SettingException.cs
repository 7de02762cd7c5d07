namespace JustAlexNet.Settings;

/// <summary>Settings are out of their range or contradict each other. The text names them as <c>`batch_size`</c>.</summary>
/// <param name="message">A line for each fault.</param>
public sealed class SettingException(string message) : JustAlexNetException(message);
