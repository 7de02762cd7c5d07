using JustAlexNet.Cli;
using JustAlexNet.Cli.Output;

using var terminal = new Terminal(Console.Out, Console.Error);
return Entry.Run(args, terminal);
