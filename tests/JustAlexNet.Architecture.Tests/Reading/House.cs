using System.Collections.Concurrent;
using Mono.Cecil;

namespace JustAlexNet.Architecture.Tests.Reading;

/// <summary>The projects under <c>src/</c> and their assemblies, read and not run.</summary>
internal static class House
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<Reference>> Known = [];

    /// <summary>Names of the projects, which are those of their folders and assemblies.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.GetFiles(Repository.At("src"), "*.csproj", SearchOption.AllDirectories).Select(p => Path.GetFileNameWithoutExtension(p)).Order(StringComparer.Ordinal)];

    /// <summary>Everything but the command: what stands in somebody else's program.</summary>
    public static IEnumerable<string> Libraries => Projects.Where(p => p != "JustAlexNet.Cli");

    /// <summary>A project's compiled module, as it lies beside the tests.</summary>
    public static ModuleDefinition Module(string project) => ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, project + ".dll"));

    /// <summary>Who uses whom in a project, read once.</summary>
    public static IReadOnlyList<Reference> ReferencesOf(string project) => Known.GetOrAdd(project, name => References.Of(Module(name)));

    /// <summary>Types that a person wrote, nested ones included.</summary>
    public static IEnumerable<TypeDefinition> WrittenTypes(ModuleDefinition module) => module.GetTypes().Where(t => !IsGenerated(t));

    private static bool IsGenerated(TypeDefinition type) =>
        type.Name.StartsWith('<') || type.Namespace is "Microsoft.CodeAnalysis" or "System.Runtime.CompilerServices" or "System.Text.RegularExpressions.Generated"
        || HasMark(type)
        || (type.Methods.Any(m => m.IsConstructor) && type.Methods.Where(m => m.IsConstructor).All(HasMark))       // gRPC's generator marks members, not types
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    private static bool HasMark(ICustomAttributeProvider of) => of.CustomAttributes.Any(a => a.AttributeType.Name is "CompilerGeneratedAttribute" or "GeneratedCodeAttribute");
}
