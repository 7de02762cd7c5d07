using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Diagnosis;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet doctor</c>: what this machine is, and what would make it faster.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on standard output: the findings by name, \"faults\" and \"advice\", lists of sentences" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("doctor", "Examine this machine: settings in force, two seconds of measurement, whether it computes rightly, what would make it faster.") { Json };
        HelpWithExamples.Add(command, "doctor", "doctor --json > machine.json");
        command.SetAction(result => Run(result.GetValue(Json), terminal));
        return command;
    }

    private static int Run(bool json, Terminal terminal)
    {
        if (terminal.IsErrorWatched) terminal.Err.WriteLine("measuring for two seconds ...");
        var report = Examine(terminal);
        if (json)
        {
            var fields = report.Findings.ToDictionary(finding => finding.Name, finding => finding.Value);
            fields["faults"] = report.Faults.Select(SettingOptions.In);
            fields["advice"] = report.Advice.Select(SettingOptions.In);
            terminal.Out.WriteLine(JsonSerializer.Serialize(fields, Readable));
            return ExitCode.Done;
        }
        var width = report.Findings.Max(finding => Columns.Width(finding.Label));
        foreach (var finding in report.Findings) terminal.Out.WriteLine(terminal.Broken($"{Columns.Pad(finding.Label, width)}   {finding.Text}", new string(' ', (terminal.Width ?? 0) > 2 * (width + 3) ? width + 3 : 4)));
        foreach (var fault in report.Faults) terminal.Out.WriteLine($"\n{terminal.Broken($"WRONG NUMBERS: {SettingOptions.In(fault)}")}");
        terminal.Out.WriteLine($"\n{terminal.Broken(report.Advice.Count == 0 ? "Nothing was found that would make this machine faster." : "Would make this machine faster:")}");
        foreach (var sentence in report.Advice) terminal.Out.WriteLine(terminal.Broken($"- {SettingOptions.In(sentence)}"));
        return ExitCode.Done;
    }

    private static MachineReport Examine(Terminal terminal)
    {
        using var line = new CountingLine(terminal, TimeProvider.System);
        return Doctor.Examine(progress: (network, done, of) => line.Show($"comparing the layers of {network} with float64", done, of));
    }
}
