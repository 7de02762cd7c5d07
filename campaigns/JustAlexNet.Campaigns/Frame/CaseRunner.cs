namespace JustAlexNet.Campaigns.Frame;

/// <summary>Runs cases one after the other in this process.</summary>
internal static class CaseRunner
{
    /// <summary>Runs a range of cases.</summary>
    /// <param name="campaign">Whose.</param>
    /// <param name="seed">Of the whole campaign.</param>
    /// <param name="from">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="folder">Theirs.</param>
    /// <returns>A case after the other, as it ends.</returns>
    public static IEnumerable<CaseEnd> Run(Campaign campaign, int seed, long from, long count, string folder)
    {
        for (var index = from; index < from + count; index++)
        {
            var start = Environment.CpuUsage.TotalTime;
            CaseOutcome outcome;
            try
            {
                outcome = campaign.Run(new CaseContext(index, Stream(seed, index), folder));
            }
            catch (Exception e)
            {
                outcome = new CaseOutcome($"threw {e.GetType().Name}", e.ToString());       // a fault of the product or of the campaign: counted, with all that is known of it
            }
            yield return new CaseEnd(index, (Environment.CpuUsage.TotalTime - start).TotalMilliseconds, outcome.Kind, outcome.Fault);
        }
    }

    /// <summary>The random stream of a case: no two of neighbouring seeds or numbers are alike (the finaliser of SplitMix64).</summary>
    private static Random Stream(int seed, long index)
    {
        var bits = unchecked(((ulong)(uint)seed << 40) + (ulong)index + 0x9E3779B97F4A7C15);
        bits = unchecked((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9);
        bits = unchecked((bits ^ (bits >> 27)) * 0x94D049BB133111EB);
        return new Random((int)(bits >> 33));
    }
}

/// <summary>A case that has ended.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Milliseconds">Processor time that it took, of all threads: the machine may be busy elsewhere.</param>
/// <param name="Kind">As of <see cref="CaseOutcome"/>.</param>
/// <param name="Fault">As of <see cref="CaseOutcome"/>.</param>
internal sealed record CaseEnd(long Index, double Milliseconds, string Kind, string? Fault);
