namespace JustAlexNet.Imaging;

/// <summary>The JPEG decoder that <see cref="JpegDecoder.Switch"/> asks for cannot be had.</summary>
/// <param name="message">What was expected, what came, what to do next.</param>
public sealed class JpegDecoderException(string message) : JustAlexNetException(message);
