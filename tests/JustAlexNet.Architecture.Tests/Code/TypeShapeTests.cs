using JustAlexNet.Architecture.Tests.Reading;
using Mono.Cecil;

namespace JustAlexNet.Architecture.Tests.Code;

public sealed class TypeShapeTests
{
    [Fact]
    public void Classes_and_records_are_sealed_or_abstract() => Faults.None(House.Projects.SelectMany(p => Open(House.Module(p))), "Classes and records are sealed or abstract");

    [Fact]
    public void An_open_class_or_record_is_reported()
    {
        var open = Open(ModuleDefinition.ReadModule(typeof(TypeShapeTests).Assembly.Location)).ToList();
        Assert.Contains(typeof(NeitherSealedNorAbstract).FullName, open);
        Assert.Contains(typeof(NeitherSealedNorAbstract.AnOpenRecord).FullName!.Replace('+', '/'), open);
    }

    private static IEnumerable<string> Open(ModuleDefinition module) =>
        House.WrittenTypes(module).Where(t => t.IsClass && !t.IsValueType && !t.IsSealed && !t.IsAbstract).Select(t => t.FullName);
}
