namespace JustAlexNet.Settings;

/// <summary>Under which heading a setting stands in help and docs, in this order.</summary>
public enum SettingGroup
{
    /// <summary>Which network, and the weights it begins with.</summary>
    Network,

    /// <summary>How it learns.</summary>
    Learning,

    /// <summary>Which photos it learns from, and how they are varied.</summary>
    Photos,

    /// <summary>Where and in what it is computed.</summary>
    Machine,

    /// <summary>What is left behind.</summary>
    Results,
}

/// <summary>What a run that goes on may do with a setting.</summary>
public enum OnResume
{
    /// <summary>It decides the course of the run: another value is refused.</summary>
    Fixed,

    /// <summary>A value that is given takes the place of the recorded one.</summary>
    MayChange,

    /// <summary>What was recorded counts, whatever is given: that is left aside, and said.</summary>
    Kept,

    /// <summary>What was recorded does not count: each start has its own.</summary>
    Ignored,
}

/// <summary>When a setting means something.</summary>
/// <param name="Holds">Whether it does in a recipe.</param>
/// <param name="Reason">What it is for, behind "is", such as "for `mode` finetune".</param>
/// <param name="IsRequired">Whether giving it otherwise is a fault; false: it is only said that it is not used.</param>
public sealed record Condition(Func<Recipe, bool> Holds, string Reason, bool IsRequired = false)
{
    /// <summary>What must hold first, as that a network learns at all; null (default): nothing.</summary>
    public Condition? Outer { get; init; }

    /// <summary>The first, from without, that does not hold; null where all do.</summary>
    internal Condition? Unmet(Recipe recipe) => Outer?.Unmet(recipe) ?? (Holds(recipe) ? null : this);
}

/// <summary>
/// Something that can be chosen, declared once: from the declaration come the command's option, its help, the entry in YAML, in <c>run.json</c> and in checkpoints, and
/// the rule of resuming. Immutable, thread-safe.
/// </summary>
public abstract class Setting
{
    private protected Setting(string name, string help) => (Name, Help) = (name, help);

    /// <summary>Lower case with underscores, such as <c>batch_size</c>: the key in YAML, <c>run.json</c> and checkpoints. The command writes it with dashes.</summary>
    public string Name { get; }

    /// <summary>One sentence without a full stop that says what it does.</summary>
    public string Help { get; }

    /// <summary>Where it stands among the others. Default <see cref="SettingGroup.Learning"/>.</summary>
    public SettingGroup Group { get; init; } = SettingGroup.Learning;

    /// <summary>What its value counts or is, in capitals, such as <c>EPOCHS</c> or <c>FILE</c>; null (default): as its kind says.</summary>
    public string? Unit { get; init; }

    /// <summary>What a run that goes on may do with it. Default <see cref="Settings.OnResume.Fixed"/>.</summary>
    public OnResume OnResume { get; init; } = OnResume.Fixed;

    /// <summary>For a rule that depends on the recorded recipe and on the one asked for, in this order; null (default): <see cref="OnResume"/> always.</summary>
    public Func<Recipe, Recipe, OnResume>? OnResumeOf { get; init; }

    /// <summary>Whether it is part of a recipe; false for what only this start is told, such as to replace an earlier run. Default true.</summary>
    public bool IsRecorded { get; init; } = true;

    /// <summary>When it means something; null (default): always.</summary>
    public Condition? When { get; init; }

    /// <summary>Whether it is switched on by its name alone.</summary>
    public abstract bool IsFlag { get; }

    /// <summary>The values, for help: <c>EPOCHS</c>, <c>head|finetune</c>.</summary>
    public abstract string Values { get; }

    /// <summary>The words that are values, where these are few and fixed; else empty.</summary>
    public abstract IReadOnlyList<string> Words { get; }

    /// <summary>The default as it is written on a line; empty where there is none worth naming.</summary>
    public abstract string DefaultText { get; }

    /// <summary>As a message names it: the command puts its option in this place.</summary>
    public override string ToString() => $"`{Name}`";

    /// <summary>The same setting as another verb has it: under a condition, where it has none of its own.</summary>
    internal abstract Setting Under(Condition when);

    internal abstract object? DefaultValue { get; }

    /// <summary>The value of a run whose record does not know the setting yet.</summary>
    internal abstract object? EarlierValue { get; }

    /// <summary>Behind "expected".</summary>
    internal abstract string Expected { get; }

    /// <summary>The value that a text stands for.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    internal abstract string? TryParse(string text, out object? value);

    /// <summary>The value that a recorded entry stands for.</summary>
    internal abstract bool TryRead(object? plain, out object? value);

    /// <summary>For <c>run.json</c> and checkpoints: a text, a number, true or false, or a list of these.</summary>
    internal abstract object ToPlain(object? value);

    /// <summary>What is wrong with a value, or null.</summary>
    internal abstract string? FaultOf(object? value);

    /// <summary>As it would be written on a line.</summary>
    internal abstract string TextOf(object? value);

    /// <summary>Whether a value leaves the choice to the program, such as <c>auto</c>.</summary>
    internal abstract bool IsOpen(object? value);
}

/// <summary>A <see cref="Setting"/> whose values are of one type.</summary>
/// <typeparam name="T">The values' type.</typeparam>
public sealed class Setting<T> : Setting
{
    private readonly ValueKind<T> kind;

    /// <summary>A declaration.</summary>
    /// <param name="name">See <see cref="Setting.Name"/>.</param>
    /// <param name="help">See <see cref="Setting.Help"/>.</param>
    /// <param name="kind">How values are written and which are allowed.</param>
    /// <param name="standard">The value where none is given.</param>
    /// <exception cref="ArgumentException">The name is not lower case with underscores.</exception>
    public Setting(string name, string help, ValueKind<T> kind, T standard) : base(name, help)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(help);
        ArgumentNullException.ThrowIfNull(kind);
        if (!name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')) throw new ArgumentException($"'{name}' is not lower case with underscores", nameof(name));
        (this.kind, Default, Earlier) = (kind, standard, standard);
    }

    /// <summary>The value where none is given.</summary>
    public T Default { get; private init; }

    /// <summary>The value of a run that was recorded before this was a setting: what it did. Default: <see cref="Default"/>.</summary>
    public T Earlier { get; init; }

    /// <inheritdoc/>
    public override bool IsFlag => kind.IsFlag;

    /// <inheritdoc/>
    public override string Values => kind.Names(Unit);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Words => kind.Words;

    /// <inheritdoc/>
    public override string DefaultText => kind.Write(Default);

    internal override object? DefaultValue => Default;

    internal override object? EarlierValue => Earlier;

    internal override string Expected => kind.Expected;

    /// <summary>The same setting as another verb has it: with another default.</summary>
    /// <param name="standard">The other default.</param>
    /// <param name="help">Another sentence; null: the same.</param>
    public Setting<T> With(T standard, string? help = null) => new(Name, help ?? Help, kind, standard)
    {
        Group = Group, Unit = Unit, OnResume = OnResume, OnResumeOf = OnResumeOf, IsRecorded = IsRecorded, When = When,
        Earlier = EqualityComparer<T>.Default.Equals(Earlier, Default) ? standard : Earlier,
    };

    /// <summary>The same setting as another verb has it: meaning something under a condition only.</summary>
    public Setting<T> For(Condition when) => new(Name, Help, kind, Default) { Group = Group, Unit = Unit, OnResume = OnResume, OnResumeOf = OnResumeOf, IsRecorded = IsRecorded, When = when, Earlier = Earlier };

    internal override Setting Under(Condition when) => For(When is null ? when : When with { Outer = when });

    /// <summary>Whether recorded entries give it this value.</summary>
    internal bool Is(IReadOnlyDictionary<string, object?> recorded, T value) =>
        recorded.TryGetValue(Name, out var plain) && kind.TryRead(plain, out var had) && EqualityComparer<T>.Default.Equals(had, value);

    internal override string? TryParse(string text, out object? value)
    {
        var fine = kind.TryParse(text, out var parsed);
        value = parsed;
        return fine ? null : kind.Refusal(text);
    }

    internal override bool TryRead(object? plain, out object? value)
    {
        var fine = kind.TryRead(plain, out var read);
        value = read;
        return fine;
    }

    internal override object ToPlain(object? value) => kind.ToPlain((T)value!);

    internal override string? FaultOf(object? value) => kind.Allows((T)value!) ? null : $"is {kind.Quoted((T)value!)}, expected {kind.Expected}{(kind.Why((T)value!) is { } why ? $": {why}" : "")}";

    internal override string TextOf(object? value) => kind.Write((T)value!);

    internal override bool IsOpen(object? value) => kind.IsOpen((T)value!);
}
