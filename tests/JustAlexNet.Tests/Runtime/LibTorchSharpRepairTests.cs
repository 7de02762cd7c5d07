using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml.Linq;
using JustAlexNet.Runtime.Native;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Runtime.Tests;

public sealed class LibTorchSharpRepairTests
{
    private const string Native = "runtimes/linux-x64/native";

    [Fact]
    public void Original_from_the_package_is_repaired_in_place_and_once()
    {
        var original = OriginalOrSkip();
        var file = (byte[])original.Clone();

        Assert.True(LibTorchSharpRepair.TryRepair(file, out var report), report);
        Assert.Equal("_ZSt21ios_base_library_initv (GLIBCXX_3.4.32) now is _ZNSt8ios_base4InitC1Ev (GLIBCXX_3.4)", report);

        Assert.Equal(original.Length, file.Length);
        var changed = Enumerable.Range(0, file.Length).Count(i => file[i] != original[i]);
        Assert.InRange(changed, 1, LibTorchSharpRepair.NewSymbol.Length + 8);
        var elf = ElfImage.TryRead(file)!;
        Assert.DoesNotContain(elf.NeededVersions(), v => v.Name == LibTorchSharpRepair.NewVersion);
        Assert.Empty(elf.SymbolsCalled(LibTorchSharpRepair.NewSymbol));
        Assert.NotEmpty(elf.SymbolsCalled(LibTorchSharpRepair.OldSymbol));
    }

    [Fact]
    public void Repaired_file_passes_through_untouched()
    {
        var file = OriginalOrSkip();
        Assert.True(LibTorchSharpRepair.TryRepair(file, out _));
        PassesThrough(file, "left alone: nothing asks for GLIBCXX_3.4.32");
    }

    [Fact]
    public void Other_library_passes_through_untouched() =>
        PassesThrough(File.ReadAllBytes(BuiltOrSkip("libSkiaSharp.so")), "left alone: nothing asks for GLIBCXX_3.4.32");

    [Theory]
    [InlineData("")]
    [InlineData("\u007fELF")]
    [InlineData("MZ and nothing of an ELF file")]
    public void File_of_another_kind_passes_through_untouched(string text) =>
        PassesThrough(Encoding.Latin1.GetBytes(text), "left alone: no 64-bit ELF library with version requirements");

    [Fact]
    public void File_that_was_cut_off_passes_through_with_the_reason()
    {
        var original = OriginalOrSkip();
        foreach (var length in new[] { 6, 40, 63, 64, 100, 1000, original.Length / 2, original.Length - 1 })
            PassesThrough(original[..length], "left alone: a malformed ELF file: ");
    }

    [Fact]
    public void Damaged_tables_never_end_in_an_exception_and_are_left_alone_or_repaired_whole()
    {
        var original = OriginalOrSkip();
        var random = new Random(20260101);
        var needs = ElfImage.TryRead(original)!.NeededVersions().Select(v => v.EntryOffset).ToList();
        var headers = (int)BinaryPrimitives.ReadUInt64LittleEndian(original.AsSpan(0x28));
        var (leftAlone, trials) = (0, 150);
        for (var trial = 0; trial < trials; trial++)
        {
            var damaged = (byte[])original.Clone();
            var at = (trial % 3) switch
            {
                0 => random.Next(6, 64),                                    // the file's header
                1 => random.Next(headers, original.Length - 8),             // the section headers
                _ => random.Next(needs.Min() - 16, needs.Max() + 16),       // the version requirements
            };
            random.NextBytes(damaged.AsSpan(at, random.Next(1, 8)));
            var before = (byte[])damaged.Clone();
            if (LibTorchSharpRepair.TryRepair(damaged, out var report)) continue;
            leftAlone++;
            Assert.StartsWith("left alone: ", report);
            Assert.Equal(before, damaged);
        }
        Assert.InRange(leftAlone, 1, trials);
    }

    [Fact]
    public void Version_lists_that_run_in_a_circle_are_malformed()
    {
        var file = OriginalOrSkip();
        var entry = ElfImage.TryRead(file)!.NeededVersions().First().EntryOffset;
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(entry - 16 + 2), ushort.MaxValue);     // the library's count of entries
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(entry + 12), 0);                        // the first entry's way to the next
        PassesThrough(file, "left alone: a malformed ELF file: its list of versions runs in a circle");
    }

    [Fact]
    public void Symbol_that_does_not_belong_to_the_version_is_left_alone()
    {
        var file = OriginalOrSkip();
        var wanted = ElfImage.TryRead(file)!.NeededVersions().Single(v => v.Name == LibTorchSharpRepair.NewVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(wanted.EntryOffset + 6), (ushort)(wanted.Index + 1000));
        PassesThrough(file, "left alone: _ZSt21ios_base_library_initv does not belong to GLIBCXX_3.4.32");
    }

    [Fact]
    public void Library_beside_the_program_is_as_the_package_brings_it_and_loaded_all_the_same()
    {
        var built = BuiltOrSkip("libLibTorchSharp.so");
        Assert.Equal(OriginalOrSkip(), File.ReadAllBytes(built));
        Assert.NotEqual(0, NativeLibrary.Load("LibTorchSharp", typeof(TorchSharp.torch).Assembly, null));
        var inMemory = File.ReadAllText("/proc/self/maps").Contains("/memfd:libLibTorchSharp.so", StringComparison.Ordinal);
        Assert.NotEqual(NativeLibrary.TryLoad(built, out _), inMemory);        // as it is where that works, else the copy
    }

    private static void PassesThrough(byte[] file, string expected)
    {
        var before = (byte[])file.Clone();
        Assert.False(LibTorchSharpRepair.TryRepair(file, out var report));
        Assert.StartsWith(expected, report);
        Assert.Equal(before, file);
    }

    /// <summary>The file as the package brings it, read anew each time.</summary>
    private static byte[] OriginalOrSkip()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The repair concerns Linux only.");
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } moved ? moved
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var version = (string)XDocument.Load(Repository.At("Directory.Packages.props")).Descendants("PackageVersion")
            .Single(p => (string?)p.Attribute("Include") == "TorchSharp").Attribute("Version")!;
        var path = Path.Combine(cache, "torchsharp", version, Native, "libLibTorchSharp.so");
        if (!File.Exists(path)) Assert.Skip($"{path} is not here: NuGet keeps its packages elsewhere.");
        return File.ReadAllBytes(path);
    }

    private static string BuiltOrSkip(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, Native, name);
        if (!File.Exists(path)) Assert.Skip($"{path} is not here: the repair concerns Linux on x64 only.");
        return path;
    }
}
