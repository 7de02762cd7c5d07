namespace JustAlexNet.Data;

/// <summary>Finds pictures that are one.</summary>
internal static class DuplicateSearch
{
    /// <summary>The groups: first those that mislead training or measuring, then by the first path.</summary>
    public static IReadOnlyList<DuplicateGroup> In(IReadOnlyList<CheckedPicture> pictures)
    {
        var order = pictures.Index().ToDictionary(entry => entry.Item.Path, entry => entry.Index);
        var contents = pictures.Where(picture => picture.Facts is { Fault: null, Content: not null }).GroupBy(picture => picture.Facts.Content!).Select(same => same.ToList()).ToList();
        var exact = contents.Where(same => same.Count > 1).Select(same => Group(DuplicateKind.Exact, same));
        var near = Near([.. contents.Select(same => same[0].Facts)]).Select(group => Group(DuplicateKind.Near, [.. group.SelectMany(place => contents[place])]));
        return [.. exact.Concat(near).OrderBy(group => !(group.IsLabelConflict || group.IsLeak)).ThenBy(group => order[group.Paths[0]]).ThenBy(group => group.Kind)];

        DuplicateGroup Group(DuplicateKind kind, List<CheckedPicture> same) =>
            new(kind, [.. same.Select(picture => picture.Path).OrderBy(path => order[path])], [.. same.Select(picture => picture.Class).Distinct()], [.. same.OrderBy(picture => order[picture.Path]).Select(picture => picture.Part).Distinct()]);
    }

    /// <summary>Groups of places of different pictures that look the same, two or more each.</summary>
    internal static IEnumerable<IReadOnlyList<int>> Near(IReadOnlyList<PictureFacts> pictures)
    {
        var (groups, index, leaders) = (new DisjointSets(pictures.Count), new HashIndex(), new List<int>());
        var ofHash = new Dictionary<ulong, List<int>>();
        for (var i = 0; i < pictures.Count; i++)
        {
            if (pictures[i].Look?.Hash is not { } hash) continue;
            if (!ofHash.TryGetValue(hash, out var same)) ofHash[hash] = same = [];
            // One stands for all that look like it and have its very hash, so that thousands of copies are not compared with each other.
            if (same.FindIndex(leader => PictureLook.AreSame(pictures[leader], pictures[i])) is >= 0 and var found)
            {
                groups.Join(same[found], i);
                continue;
            }
            foreach (var near in index.Near(hash).Select(place => leaders[place]).Distinct())
                if (PictureLook.AreSame(pictures[near], pictures[i])) groups.Join(near, i);
            same.Add(i);
            leaders.Add(i);
            index.Add(hash);
        }
        return Enumerable.Range(0, pictures.Count).GroupBy(groups.Root).Select(group => group.ToList()).Where(group => group.Count > 1);
    }
}

/// <summary>Sets that grow together. Source: Tarjan 1975, doi 10.1145/321879.321884, with halved paths.</summary>
internal sealed class DisjointSets(int count)
{
    private readonly int[] above = [.. Enumerable.Range(0, count)];

    /// <summary>What stands for the set of an element: its smallest one.</summary>
    public int Root(int element)
    {
        while (above[element] != element) element = above[element] = above[above[element]];
        return element;
    }

    /// <summary>Makes the sets of two elements one.</summary>
    public void Join(int first, int second)
    {
        var (one, other) = (Root(first), Root(second));
        above[Math.Max(one, other)] = Math.Min(one, other);
    }
}
