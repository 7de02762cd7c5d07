namespace JustAlexNet.Settings;

/// <summary>Guesses what somebody meant to type, to say it, never to do it.</summary>
public static class Spelling
{
    /// <summary>The known word that begins so (of several the one that all of them begin with), else the nearest by edit distance, if it is near enough to be meant; null otherwise. Other digits are never a slip: resnet50 is not resnet18.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        var begun = known.Where(candidate => candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase)).OrderBy(candidate => candidate.Length).ToList();
        if (word.TrimStart('-').Length > 2 && begun is [var first, ..] && begun.TrueForAll(other => other.StartsWith(first, StringComparison.Ordinal))) return first;
        var best = known.Where(candidate => Digits(candidate) == Digits(word)).Select(candidate => (candidate, distance: Distance(word, candidate))).OrderBy(c => c.distance).ThenBy(c => c.candidate, StringComparer.Ordinal).FirstOrDefault();
        return best.candidate is not null && best.distance <= Math.Max(word.TrimStart('-').Length > 3 ? 2 : 1, word.Length / 3) ? best.candidate : null;
    }

    private static string Digits(string word) => string.Concat(word.Where(char.IsAsciiDigit).Order());

    // Damerau-Levenshtein: insert, delete, replace, swap neighbours.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
