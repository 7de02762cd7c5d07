using System.Collections;

namespace JustAlexNet.Settings;

/// <summary>The settings that a run can have, in the order in which they are listed, and the rules that hold between them. Immutable, thread-safe.</summary>
/// <param name="Verb">The verb that makes such runs: <c>train</c> or <c>transfer</c>.</param>
/// <param name="Settings">The declarations; each name once.</param>
public sealed record RecipeSchema(string Verb, IReadOnlyList<Setting> Settings)
{
    /// <summary>What must hold between values that are each allowed.</summary>
    public IReadOnlyList<RecipeRule> Rules { get; init; } = [];

    /// <summary>The setting of that name, or null.</summary>
    public Setting? Find(string name) => Settings.FirstOrDefault(setting => setting.Name == name);

    /// <summary>The schema with more settings, such as those of an extension.</summary>
    public RecipeSchema With(params Setting[] more) => this with { Settings = [.. Settings, .. more] };
}

/// <summary>Something that must hold between settings.</summary>
/// <param name="Faults">Sentences about what does not.</param>
/// <param name="NeedsWhole">Whether it can be judged only when a checkpoint has said what is left out. Default true.</param>
public sealed record RecipeRule(Func<Recipe, IEnumerable<string>> Faults, bool NeedsWhole = true);

/// <summary>A value for every setting of a schema: what was given, and the defaults of the rest.</summary>
/// <remarks>
/// Use: <c>new Recipe(TrainSettings.Schema) { { TrainSettings.Data, "photos" }, { TrainSettings.Epochs, 5 } }</c>. Values are checked by <see cref="Faults"/>, all together,
/// not one by one. Not thread-safe while values are added; a run takes a copy.
/// </remarks>
public sealed class Recipe : IEnumerable<KeyValuePair<Setting, object?>>
{
    private readonly Dictionary<string, object?> values = [];
    private readonly HashSet<string> given = [], yielding = [];

    /// <summary>All defaults.</summary>
    public Recipe(RecipeSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
        foreach (var setting in schema.Settings)
            if (!values.TryAdd(setting.Name, setting.DefaultValue)) throw new ArgumentException($"{setting} is declared twice", nameof(schema));
    }

    private Recipe(Recipe other) => (Schema, values, given, yielding) = (other.Schema, new(other.values), [.. other.given], [.. other.yielding]);

    /// <summary>What can be chosen.</summary>
    public RecipeSchema Schema { get; }

    /// <summary>The recipe that a record holds, such as the entry "options" of <c>run.json</c> or of a checkpoint: a run of it is that run again.</summary>
    /// <param name="schema">Of the verb that recorded it.</param>
    /// <param name="recorded">By name, as <see cref="Record"/> made it; entries of no setting are left alone, and a setting without an entry has the value of runs from before it was one, mostly its default.</param>
    /// <param name="source">The file, named in errors.</param>
    /// <returns>Its values do not count as given: a size that was found to suit the pictures then is found again.</returns>
    /// <exception cref="SettingException">A recorded value is not one of its setting.</exception>
    public static Recipe Of(RecipeSchema schema, IReadOnlyDictionary<string, object?> recorded, string source)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        var recipe = new Recipe(schema);
        foreach (var setting in schema.Settings.Where(setting => setting.IsRecorded))
        {
            var value = setting.EarlierValue;
            if (recorded.TryGetValue(setting.Name, out var plain) && !setting.TryRead(plain, out value))
                throw new SettingException($"{source} records {setting} as '{plain}', which is no value of it ({setting.Values}).\nUse the version of justalexnet that wrote it.");
            recipe.Put(setting, value);
        }
        return recipe;
    }

    /// <summary>The value of a setting.</summary>
    /// <exception cref="ArgumentException">The schema does not have it, or with values of another type.</exception>
    public T Get<T>(Setting<T> setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        if (!values.TryGetValue(setting.Name, out var value)) throw new ArgumentException($"{Schema.Verb} has no setting {setting}", nameof(setting));
        return value is T typed ? typed : value is null && default(T) is null ? default! : throw new ArgumentException($"{setting} of {Schema.Verb} is not a {typeof(T).Name}", nameof(setting));
    }

    /// <summary>Whether the schema has a setting.</summary>
    public bool Has(Setting setting) => values.ContainsKey(setting.Name);

    /// <summary>Whether a value was given, equal to the default or not.</summary>
    public bool IsGiven(Setting setting) => given.Contains(setting.Name);

    /// <summary>Whether a setting means something beside the others.</summary>
    public bool IsUsed(Setting setting) => setting.When?.Unmet(this) is null;

    /// <summary>Gives a setting its value.</summary>
    /// <exception cref="ArgumentException">The schema does not have it.</exception>
    public void Add<T>(Setting<T> setting, T value)
    {
        ArgumentNullException.ThrowIfNull(setting);
        Put(setting, value);
        Give(setting);
    }

    /// <summary>A copy in which a setting has this value.</summary>
    public Recipe With<T>(Setting<T> setting, T value)
    {
        var copy = new Recipe(this) { { setting, value } };
        return copy;
    }

    /// <summary>A copy in which a setting that left the choice open has the value that was found for it; it does not count as given.</summary>
    public Recipe Resolve<T>(Setting<T> setting, T value)
    {
        var copy = new Recipe(this);
        copy.Put(setting, value);
        return copy;
    }

    /// <summary>Gives a setting the value that a text stands for, as on a command line or in a file.</summary>
    /// <returns>What is wrong with the text, as a sentence, or null.</returns>
    public string? Parse(Setting setting, string text)
    {
        ArgumentNullException.ThrowIfNull(setting);
        if (setting.TryParse(text, out var value) is { } fault) return $"{setting} {fault}";
        Put(setting, value);
        Give(setting);
        return null;
    }

    /// <summary>What is wrong with the value of a setting by itself, as a sentence, or null.</summary>
    public string? FaultOf(Setting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return setting.FaultOf(values[setting.Name]) is { } fault ? $"{setting} {fault}" : null;
    }

    /// <summary>Every value that is not allowed, every setting that means nothing here, every rule that does not hold, as sentences; empty when all is well.</summary>
    /// <param name="isWhole">Whether these are all settings of the run; false: a checkpoint will say what is left out, and only what does not depend on it is judged.</param>
    public IReadOnlyList<string> Faults(bool isWhole = true) =>
    [
        .. Schema.Settings.Select(FaultOf).OfType<string>(),
        .. isWhole ? Idle(required: true).Select(idle => $"{idle.Setting} is {idle.Unmet.Reason}") : [],
        .. Schema.Rules.Where(rule => isWhole || !rule.NeedsWhole).SelectMany(rule => rule.Faults(this)),
    ];

    /// <summary>What was given and is not used, with the reason, as sentences.</summary>
    public IReadOnlyList<string> Unused() =>
        [.. Idle(required: false).GroupBy(idle => idle.Unmet.Reason).Select(group => $"not used: {string.Join(", ", group.Select(idle => idle.Setting))}, {group.Key}")];

    /// <summary>Every recorded setting by its name, in order: texts, numbers, true or false.</summary>
    public IReadOnlyDictionary<string, object> Record() => Schema.Settings.Where(setting => setting.IsRecorded).ToDictionary(setting => setting.Name, setting => setting.ToPlain(values[setting.Name]));

    /// <summary>The value of a setting as it would be written on a command line.</summary>
    public string TextOf(Setting setting) => setting.TextOf(values[setting.Name]);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Setting, object?>> GetEnumerator() => Schema.Settings.Select(setting => new KeyValuePair<Setting, object?>(setting, values[setting.Name])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal object? ValueOf(Setting setting) => values[setting.Name];

    /// <summary>Lets what has been given so far, as by a file, give way: where a choice that comes later makes a setting mean nothing, that is said and is no fault.</summary>
    internal void Yield() => yielding.UnionWith(Schema.Settings.Where(setting => IsGiven(setting) && IsUsed(setting)).Select(setting => setting.Name));

    internal Recipe Copy() => new(this);

    internal void Put(Setting setting, object? value)
    {
        if (!values.ContainsKey(setting.Name)) throw new ArgumentException($"{Schema.Verb} has no setting {setting}", nameof(setting));
        values[setting.Name] = value;
    }

    private void Give(Setting setting)
    {
        given.Add(setting.Name);
        yielding.Remove(setting.Name);
    }

    private IEnumerable<(Setting Setting, Condition Unmet)> Idle(bool required) =>
        from setting in Schema.Settings
        where IsGiven(setting)
        let unmet = setting.When?.Unmet(this)
        where unmet is not null && (unmet.IsRequired && !yielding.Contains(setting.Name)) == required
        select (setting, unmet);
}
