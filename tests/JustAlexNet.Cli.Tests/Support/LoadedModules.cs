using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

/// <summary>What .NET calls in a process whose variable DOTNET_STARTUP_HOOKS names this assembly, before its own program: at its end, what was loaded is written down.</summary>
internal static class StartupHook
{
    public static void Initialize() => AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllLines(
        Environment.GetEnvironmentVariable(LoadedModules.Variable)!,
        [.. AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name!), .. File.ReadLines("/proc/self/maps").Select(line => Path.GetFileName(line.Split(' ')[^1]))]);
}

namespace JustAlexNet.Cli.Tests
{
    /// <summary>The assemblies and native libraries that a command had loaded when it ended.</summary>
    internal static class LoadedModules
    {
        public const string Variable = TunedProcess.IsAListedProcess;

        public static IReadOnlySet<string> Of(Scratch scratch, params string[] arguments)
        {
            var list = scratch.At("modules.txt");
            var answer = Child.Run(new Dictionary<string, string?> { ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location, [Variable] = list }, arguments);
            Assert.True(answer.Code == 0, answer.Err);
            return File.ReadLines(list).ToHashSet();
        }
    }
}
