using JustAlexNet.Cli;
using JustAlexNet.Cli.Output;
using JustAlexNet.Runtime;

TorchRuntime.TuneProcess();         // this process is ours; before anything else, while no thread of ours is there
using var terminal = new Terminal(Console.Out, Console.Error);
return Entry.Run(args, terminal);
