namespace JustAlexNet.Campaigns.Frame;

/// <summary>A campaign's lines, a block each, under a head that says where they were made. What is done there is not done again; a block with a fault is, because faults are mended.</summary>
internal sealed class ResultsFile
{
    private readonly string path;
    private readonly Dictionary<string, Block> done = [];

    /// <param name="path">Made where it is not there.</param>
    public ResultsFile(string path)
    {
        this.path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!File.Exists(path)) return;
        var text = File.ReadAllText(path);
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        if (whole.Length < text.Length) File.WriteAllText(path, whole);        // the last line was being written
        foreach (var line in whole.Split('\n'))
            if (Block.Read(line) is { } block) done[block.Range] = block;
    }

    /// <summary>The block of a range, if it is done and nothing in it was at fault.</summary>
    public Block? Find(string range) => done.GetValueOrDefault(range) is { Faults.Count: 0 } block ? block : null;

    /// <summary>Writes a line of the head.</summary>
    public void Head(string line) => File.AppendAllText(path, $"# {line}\n");

    /// <summary>Writes a block's line, as a whole.</summary>
    public void Add(Block block)
    {
        done[block.Range] = block;
        File.AppendAllText(path, $"{block}\n");
    }
}
