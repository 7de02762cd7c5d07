using JustAlexNet.Settings;
using JustAlexNet.Training;

namespace JustAlexNet.Loggers;

/// <summary>A listener that a recipe can name.</summary>
/// <param name="Name">The word for it; its default folder, in the run's, is called so too.</param>
/// <param name="Files">A pattern of the names of its files.</param>
/// <param name="Make">Makes one that writes into a folder, by this clock.</param>
internal sealed record LoggerRow(string Name, string Files, Func<string, TimeProvider, TrainingListener> Make);

/// <summary>The listeners that a recipe can name, and the setting that does.</summary>
public static class LoggerCatalogue
{
    internal static IReadOnlyList<LoggerRow> Rows { get; } = [new("tensorboard", TensorBoardLogger.Files, (folder, clock) => new TensorBoardLogger(folder, clock))];

    /// <summary>What the course of a run is written for besides its own files: a list of <c>tensorboard</c> (into the folder <c>tensorboard</c> in the run's) and <c>tensorboard=FOLDER</c>. Default: none.</summary>
    public static Setting<ValueList<string>> Log { get; } = new("log", "Also write the course of the run for another tool: tensorboard, into OUTPUT/tensorboard or a FOLDER",
        ValueKinds.List("none", ValueKinds.Text("tensorboard or tensorboard=FOLDER", "LOGGER", Refusal)), [])
    { Group = SettingGroup.Results, Unit = "tensorboard[=FOLDER],...", OnResume = OnResume.Ignored };

    /// <summary>Folders that nothing can be written into, as sentences; a rule of the schema.</summary>
    public static IEnumerable<string> Faults(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return from word in recipe.Get(Log)
               let file = Split(word).Folder is { } folder ? FileOnTheWay(folder) : null
               where file is not null
               select $"{Log} is {word}: {file} is a file, expected a folder or a name that is free";
    }

    /// <summary>The listeners that a recipe names. They write nothing before the first phase begins.</summary>
    /// <param name="recipe">Has <see cref="Log"/>, without faults.</param>
    /// <param name="output">The run's folder, in which those stand that name none.</param>
    /// <param name="clock">Null: the system's.</param>
    public static IReadOnlyList<TrainingListener> Of(Recipe recipe, string output, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(output);
        return [.. recipe.Get(Log).Select(Split).Select(asked => Row(asked.Name)!.Make(FolderOf(asked, output), clock ?? TimeProvider.System))];
    }

    /// <summary>Where they write, in their order.</summary>
    internal static IReadOnlyList<string> FoldersOf(Recipe recipe, string output) => [.. recipe.Get(Log).Select(Split).Select(asked => FolderOf(asked, output))];

    /// <summary>Files that listeners have left in a run's folder.</summary>
    internal static IEnumerable<string> FilesIn(string output) =>
        from row in Rows let folder = Path.Combine(output, row.Name) where Directory.Exists(folder) from file in Directory.EnumerateFiles(folder, row.Files) select file;

    private static string FolderOf((string Name, string? Folder) asked, string output) => asked.Folder ?? Path.Combine(output, asked.Name);

    private static LoggerRow? Row(string name) => Rows.FirstOrDefault(row => row.Name == name);

    private static (string Name, string? Folder) Split(string word) => word.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? (word[..at], word[(at + 1)..]) : (word, null);

    private static string? Refusal(string word)
    {
        var (name, folder) = Split(word);
        if (Row(name) is not null) return folder is { Length: 0 } ? $"is '{word}', expected {name} or {name}=FOLDER" : null;
        var names = Rows.Select(row => row.Name);
        return $"does not know '{name}'{(Spelling.Nearest(name, names) is { } near ? $": did you mean {near}?" : $", expected {string.Join(", ", names)}")}";
    }

    private static string? FileOnTheWay(string folder)
    {
        for (var path = Path.GetFullPath(folder); path is not null; path = Path.GetDirectoryName(path))
            if (File.Exists(path)) return path;
        return null;
    }
}
