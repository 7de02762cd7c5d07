using System.Text.RegularExpressions;
using JustAlexNet.Architecture.Tests.Reading;

namespace JustAlexNet.Architecture.Tests.Doors;

public sealed partial class NamespaceTests
{
    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("bench")]
    public void Namespace_of_a_file_is_that_of_its_room(string root)
    {
        var wrong = from file in Directory.GetFiles(Repository.At(root), "*.cs", SearchOption.AllDirectories)
                    let path = Path.GetRelativePath(Repository.At(root), file).Replace('\\', '/')
                    where !path.StartsWith("Shared/", StringComparison.Ordinal)
                    let found = Declaration().Match(File.ReadAllText(file)).Groups[1].Value
                    where found.Length > 0 && !Allowed(path).Contains(found)
                    select $"{root}/{path}: namespace {found}, expected one of: {string.Join(", ", Allowed(path))}";
        Faults.None(wrong, "Files stand in the namespace of their room");
    }

    [Fact]
    public void A_folder_below_a_room_may_share_its_namespace_but_not_go_to_another()
    {
        Assert.Equal(["JustAlexNet.Models.Layers", "JustAlexNet.Models"], Allowed("JustAlexNet/Models/Layers/Chain.cs"));
        Assert.Equal(["JustAlexNet.Data.Folders.Tests", "JustAlexNet.Data.Tests"], Allowed("JustAlexNet.Tests/Data/Folders/LinkTests.cs"));
        Assert.Equal(["JustAlexNet.Cli.Tests"], Allowed("JustAlexNet.Cli.Tests/EntryTests.cs"));
        Assert.Contains("JustAlexNet.Runtime.Tests", Allowed("JustAlexNet.Cli.Tests/Runtime/StartUpTests.cs"));
        Assert.Contains("JustAlexNet.Tests.Support", Allowed("JustAlexNet.Tests/Support/Same.cs"));
    }

    /// <summary>The folder's own namespace, then those of the folders above it, down to the room: the first folder of the learning library, else the project.</summary>
    private static List<string> Allowed(string path)
    {
        var folders = path.Split('/')[..^1];
        var ofTests = folders[0].EndsWith(".Tests", StringComparison.Ordinal) && folders[0] != "JustAlexNet.Architecture.Tests" && folders is not [_, "Support", ..];
        if (ofTests) folders[0] = folders[0][..^".Tests".Length];
        var room = folders is ["JustAlexNet", _, ..] ? 2 : 1;
        var allowed = Enumerable.Range(room, folders.Length - room + 1).Reverse().Select(depth => string.Join('.', folders[..depth]) + (ofTests ? ".Tests" : "")).ToList();
        if (ofTests && folders is ["JustAlexNet.Cli", var first, ..] && Plan.Rooms.ContainsKey(first)) allowed.Add($"JustAlexNet.{first}.Tests");     // a room, tested through the command
        if (path == "JustAlexNet.Imaging/JustAlexNetException.cs") allowed.Add("JustAlexNet");      // the base of every room's exceptions
        return allowed;
    }

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
