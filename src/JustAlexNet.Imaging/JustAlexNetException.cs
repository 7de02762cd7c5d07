namespace JustAlexNet;

/// <summary>
/// Something in the world is not as it must be: an unreadable picture, weights that do not fit, a device that is not there.
/// A caller's mistake is an <see cref="ArgumentException"/> instead.
/// </summary>
/// <remarks>
/// The message is written for the person who started the program: one to three lines that say what was expected, what came,
/// in which file, line or layer, and what to do next. Details stand in properties of the derived types.
/// </remarks>
/// <param name="message">One to three lines for a person, without a final line break and without the word "error".</param>
/// <param name="cause">What was caught on the way, if anything.</param>
public abstract class JustAlexNetException(string message, Exception? cause = null) : Exception(message, cause);
