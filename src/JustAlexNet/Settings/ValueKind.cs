namespace JustAlexNet.Settings;

/// <summary>How values of a setting are written, read and recorded, and which are allowed. Immutable, thread-safe.</summary>
/// <typeparam name="T">The values' type.</typeparam>
public abstract class ValueKind<T>
{
    private protected ValueKind() { }

    internal virtual bool IsFlag => false;

    internal virtual IReadOnlyList<string> Words => [];

    /// <summary>Whether any text may be a value, so that a word beside it needs no mention where one is refused.</summary>
    internal virtual bool IsText => false;

    /// <summary>For help, with what the values count.</summary>
    internal abstract string Names(string? unit);

    /// <summary>Behind "expected".</summary>
    internal abstract string Expected { get; }

    internal abstract bool TryParse(string text, out T value);

    internal virtual string Refusal(string text) => $"is '{text}', expected {Expected}";

    internal virtual string Quoted(T value) => Write(value);

    internal abstract string Write(T value);

    internal abstract object ToPlain(T value);

    internal abstract bool TryRead(object? plain, out T value);

    internal virtual bool Allows(T value) => true;

    /// <summary>Why a value is not allowed, where that is worth saying.</summary>
    internal virtual string? Why(T value) => null;

    internal virtual bool IsOpen(T value) => false;
}

/// <summary>The kinds of values that settings have.</summary>
public static class ValueKinds
{
    /// <summary>On or off; off by default.</summary>
    public static ValueKind<bool> Flag { get; } = new FlagKind();

    /// <summary>A whole number.</summary>
    /// <param name="min">The smallest allowed.</param>
    /// <param name="max">The largest allowed; null: none.</param>
    /// <param name="meaning">What the smallest does, in brackets behind it, such as "off".</param>
    /// <param name="beyond">Why no more than the largest, a sentence without a full stop.</param>
    public static ValueKind<int> Whole(int min = 0, int? max = null, string? meaning = null, string? beyond = null) => new WholeKind(min, max, meaning, beyond);

    /// <summary>Some whole numbers in ascending order, with commas between them.</summary>
    /// <param name="min">The smallest allowed.</param>
    public static ValueKind<ValueList<int>> Wholes(int min = 0) => new WholesKind(min);

    /// <summary>Any whole number of 64 bits.</summary>
    public static ValueKind<long> AnyWhole { get; } = new LongKind();

    /// <summary>A finite number, with a decimal point and never a comma.</summary>
    /// <param name="expected">Behind "expected", such as "a number above 0".</param>
    /// <param name="allows">Which are allowed.</param>
    public static ValueKind<double> Real(string expected, Func<double, bool> allows) => new RealKind(expected, allows);

    /// <summary>A text that is not empty, such as a path.</summary>
    /// <param name="expected">Behind "expected".</param>
    /// <param name="unit">For help, in capitals.</param>
    /// <param name="refusal">What is wrong with a text, behind the setting's name; null for all that are fine. Null: all are.</param>
    public static ValueKind<string> Text(string expected, string unit, Func<string, string?>? refusal = null) => new TextKind(expected, unit, refusal);

    /// <summary>One of some words, each of which stands for a value.</summary>
    public static ValueKind<T> Choice<T>(params (string Word, T Value)[] choices) => new ChoiceKind<T>(() => choices);

    /// <summary>One of the names of a catalogue, which is asked for them when the first is needed: its rows may hold settings that the catalogue's own stand beside.</summary>
    public static ValueKind<string> Name(Func<IReadOnlyList<string>> catalogue) => new ChoiceKind<string>(() => [.. catalogue().Select(name => (name, name))]);

    /// <summary>A value, or a word that stands for null.</summary>
    /// <param name="word">Such as <c>auto</c> or <c>none</c>.</param>
    /// <param name="kind">Of the other values.</param>
    /// <param name="isOpen">Whether null leaves the choice to the program: a run that goes on then keeps what it had.</param>
    public static ValueKind<T?> Or<T>(string word, ValueKind<T> kind, bool isOpen = true) where T : struct =>
        new OrKind<T?, T>(word, kind, isOpen, value => value, value => value.HasValue, value => value!.Value);

    /// <summary>As <see cref="Or"/>, for texts and other references.</summary>
    public static ValueKind<T?> OrNull<T>(string word, ValueKind<T> kind, bool isOpen = true) where T : class =>
        new OrKind<T?, T>(word, kind, isOpen, value => value, value => value is not null, value => value!);

    /// <summary>Several values, each at most once, with commas between them; a list in files.</summary>
    /// <param name="empty">The word for none of them, such as <c>none</c>.</param>
    /// <param name="kind">Of the values.</param>
    public static ValueKind<ValueList<T>> List<T>(string empty, ValueKind<T> kind) => new ListKind<T>(empty, kind);
}
