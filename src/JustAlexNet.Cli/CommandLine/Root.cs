using System.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Cli.Verbs;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>The verbs together, and what happens when the command line is wrong.</summary>
internal static class Root
{
    /// <summary>What the command is called, whatever its assembly is.</summary>
    public const string Name = "justalexnet";

    // The verbs in the order of the help; each is made when it is needed, for the settings of train and transfer take longer to make than a line to parse.
    private static readonly (string Name, Func<string[], Terminal, Command> Create)[] Verbs =
    [
        ("train", TrainCommand.Create), ("transfer", TransferCommand.Create), ("predict", (_, terminal) => PredictCommand.Create(terminal)), ("evaluate", (_, terminal) => EvaluateCommand.Create(terminal)),
        ("models", (_, terminal) => ModelsCommand.Create(terminal)), ("weights", (_, terminal) => WeightsCommand.Create(terminal)), ("export", (_, terminal) => ExportCommand.Create(terminal)),
        ("serve", (_, terminal) => ServeCommand.Create(terminal)), ("dataset", (_, terminal) => DatasetCommand.Create(terminal)), ("doctor", (_, terminal) => DoctorCommand.Create(terminal)),
    ];

    public static int Run(string[] args, Terminal terminal)
    {
        var result = Parse(Create(args, terminal, args.FirstOrDefault()), args);
        return Run(IsFaulty(result) ? Parse(Create(args, terminal), args) : result, args, terminal);        // what is wrong with a line is said with all verbs in view
    }

    /// <summary>Parses and runs with other verbs than the usual ones.</summary>
    internal static int Run(Command root, string[] args, Terminal terminal) => Run(Parse(root, args), args, terminal);

    private static bool AsksForHelp(string[] args) => args is ["help", ..];

    private static ParseResult Parse(Command root, string[] args) =>
        root.Parse(AsksForHelp(args) ? [.. args[1..], "--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });       // @photo.jpg is a photo, no list of arguments

    private static bool IsFaulty(ParseResult result) => result.Errors.Count > 0 || LineFaults.UnknownOptions(result).Any();

    private static int Run(ParseResult result, string[] args, Terminal terminal)
    {
        if (IsFaulty(result) && (result.Action is not HelpWithExamples || (AsksForHelp(args) && result.UnmatchedTokens.Count > 0)))
            return LineFaults.Refuse(result, terminal, LineFaults.Of(result));
        if (LineFaults.ForeignValue(result) is { } foreign)
        {
            terminal.Error(foreign);
            return ExitCode.Failed;
        }
        terminal.Json = result.CommandResult.Command.Options.OfType<Option<bool>>().FirstOrDefault(option => option.Name == "--json") is { } json && result.GetValue(json);
        try
        {
            return result.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Out,
                Error = terminal.Err,
            });
        }
        catch (SettingException e)
        {
            return LineFaults.Refuse(result, terminal, e.Message);
        }
        catch (Exception e) when (e is not JustAlexNetException && MemoryFault.In(e) is { } fault)
        {
            terminal.Error(MemoryAdvice.Of(fault, result));
            return ExitCode.Failed;
        }
    }

    /// <summary>The command with its verbs.</summary>
    /// <param name="args">The line.</param>
    /// <param name="terminal">Where the verbs write.</param>
    /// <param name="verb">The only verb that is made; all, where it is the name of none.</param>
    internal static Command Create(string[] args, Terminal terminal, string? verb = null)
    {
        var root = new Command(Name, "Train an image classifier on a folder of photos, see how good it is, and use it.");
        foreach (var (name, create) in Verbs)
            if (name == verb || !Verbs.Any(other => other.Name == verb)) root.Add(create(args, terminal));
        root.Add(HelpWithExamples.Option(terminal));
        root.Add(new VersionOption());
        HelpWithExamples.Add(root,
            "train photos --model resnet18               # a folder a class: photos/cats/1.jpg, photos/dogs/2.jpg",
            "transfer photos --pretrained resnet18.pth   # a good classifier from few photos",
            "evaluate photos",
            "predict picture.jpg",
            "train --help                                # every verb has its own");
        return root;
    }

    /// <summary>A verb with those above it, as it is typed.</summary>
    internal static string Path(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : command.Name;
}
