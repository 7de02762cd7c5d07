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

    public static int Run(string[] args, Terminal terminal) => Run(Create(args, terminal), args, terminal);

    /// <summary>Parses and runs with other verbs than the usual ones.</summary>
    internal static int Run(Command root, string[] args, Terminal terminal)
    {
        var asksForHelp = args is ["help", ..];
        var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null };        // @photo.jpg is a photo, no list of arguments
        var result = root.Parse(asksForHelp ? [.. args[1..], "--help"] : args, configuration);
        var faulty = result.Errors.Count > 0 || LineFaults.UnknownOptions(result).Any();
        if (faulty && (result.Action is not HelpWithExamples || (asksForHelp && result.UnmatchedTokens.Count > 0)))
        {
            terminal.Error($"{string.Join('\n', LineFaults.Of(result))}\nSee: {Path(result.CommandResult.Command)} --help");
            return ExitCode.Usage;
        }
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
            terminal.Error($"{e.Message}\nSee: {Path(result.CommandResult.Command)} --help");
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is not JustAlexNetException && MemoryFault.In(e) is { } fault)
        {
            terminal.Error(MemoryAdvice.Of(fault, result));
            return ExitCode.Failed;
        }
    }

    internal static Command Create(string[] args, Terminal terminal)
    {
        var root = new Command(Name, "Train an image classifier on a folder of photos, see how good it is, and use it.")
        {
            TrainCommand.Create(args, terminal), TransferCommand.Create(args, terminal), PredictCommand.Create(terminal), EvaluateCommand.Create(terminal), ModelsCommand.Create(terminal),
            WeightsCommand.Create(terminal), ExportCommand.Create(terminal), DatasetCommand.Create(terminal), DoctorCommand.Create(terminal),
            HelpWithExamples.Option(terminal), new VersionOption(),
        };
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
