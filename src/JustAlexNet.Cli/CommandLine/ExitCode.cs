namespace JustAlexNet.Cli.CommandLine;

/// <summary>What the process tells the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>Two files were compared, and they differ.</summary>
    public const int Different = 1;

    /// <summary>Training is done, but a checkpoint could not be written.</summary>
    public const int NotSaved = 3;

    /// <summary>Ctrl-C: interrupted and saved.</summary>
    public const int Interrupted = 130;

    /// <summary>SIGTERM: interrupted and saved.</summary>
    public const int Terminated = 143;
}
