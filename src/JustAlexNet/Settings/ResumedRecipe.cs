namespace JustAlexNet.Settings;

/// <summary>The recipe of a run that goes on: what its checkpoint records, but for what was given and may change.</summary>
/// <param name="Recipe">In force from now on.</param>
/// <param name="Notes">Settings that the checkpoint does not know yet and what they have now, and given values that are left aside; sentences.</param>
/// <param name="Contradictions">Given values that the run cannot go on with, such as "`lr` 0.1 (the run has 0.01)".</param>
public sealed record ResumedRecipe(Recipe Recipe, IReadOnlyList<string> Notes, IReadOnlyList<string> Contradictions)
{
    /// <summary>Merges what was asked for with what was recorded.</summary>
    /// <param name="asked">As given; its defaults do not count.</param>
    /// <param name="recorded">By name, as <see cref="Recipe.Record"/> made it; entries of no setting are left alone.</param>
    /// <param name="source">The checkpoint, named in errors.</param>
    /// <exception cref="SettingException">A recorded value is not one of its setting.</exception>
    public static ResumedRecipe Of(Recipe asked, IReadOnlyDictionary<string, object?> recorded, string source)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(recorded);
        var before = Recipe.Of(asked.Schema, recorded, source);
        var absent = asked.Schema.Settings.Where(setting => setting.IsRecorded && setting.OnResume != OnResume.Ignored && !recorded.ContainsKey(setting.Name));
        var (merged, contradictions, notes) = (asked.Copy(), new List<string>(), new List<string>());
        foreach (var setting in asked.Schema.Settings.Where(setting => setting.IsRecorded))
        {
            var (rule, has) = (setting.OnResumeOf?.Invoke(before, asked) ?? setting.OnResume, before.ValueOf(setting));
            if (rule == OnResume.Ignored) continue;
            var (isGiven, wanted) = (asked.IsGiven(setting), asked.ValueOf(setting));
            if (isGiven && rule == OnResume.MayChange) continue;
            if (rule == OnResume.Kept && isGiven && !Equals(wanted, has)) notes.Add($"{setting} is left aside: the run goes on with {setting.TextOf(has)}");
            else if (isGiven && !setting.IsOpen(wanted) && !Equals(wanted, has)) contradictions.Add($"{setting}{(setting.IsFlag ? "" : $" {setting.TextOf(wanted)}")} (the run has {setting.TextOf(has)})");
            merged.Put(setting, has);
        }
        notes.AddRange(absent.Where(setting => !asked.IsGiven(setting) && merged.IsUsed(setting)).Select(setting => $"{setting} is {setting.TextOf(setting.EarlierValue)}: {source} is older than this setting"));
        return new(merged, notes, contradictions);
    }
}
