using System.Globalization;
using JustAlexNet.Imaging;

namespace JustAlexNet.Transfer;

/// <summary>What teaching a head takes in memory at its height, told before hours are spent on features.</summary>
/// <param name="Pictures">Pictures that are learned.</param>
/// <param name="Held">Pictures that are only measured.</param>
/// <param name="Views">Views of each picture that is learned.</param>
/// <param name="Width">Features of a view.</param>
/// <param name="Classes">Classes.</param>
internal sealed record HeadMemory(int Pictures, int Held, int Views, int Width, int Classes)
{
    private double Rows => (double)Pictures * Views;

    /// <summary>Bytes: the features in float32; for a logistic head the standardised ones in float64 of all folds, each of which leaves one part out, and three tables of answers.</summary>
    public double Bytes(HeadKind kind) =>
        4.0 * (Rows + Held) * Width + (kind == HeadKind.Linear ? 0 : 8 * Rows * ((HeadTraining.StrengthFolds - 1) * (double)Width + 3 * Classes));

    /// <summary>Refuses what cannot fit.</summary>
    /// <param name="kind">The head.</param>
    /// <param name="present">Bytes that there are.</param>
    /// <exception cref="TransferException">It does not fit: what was asked for, what it needs, what there is and what needs less.</exception>
    public void Require(HeadKind kind, double present)
    {
        if ((double)Classes * (Width + 1) > Array.MaxLength)
            throw new TransferException(string.Create(CultureInfo.InvariantCulture, $"a head of {Classes:N0} classes x {Width:N0} features has more than the {Array.MaxLength:N0} numbers that fit into an array.\nChoose a network with fewer features."));
        if (Bytes(kind) <= present) return;
        string[] less =
        [
            .. kind == HeadKind.Logistic && Bytes(HeadKind.Linear) <= present ? [$"`head` linear ({Size(Bytes(HeadKind.Linear))})"] : Array.Empty<string>(),
            .. Views > 1 && (this with { Views = 1 }).Bytes(kind) <= present ? [$"`views` 1 ({Size((this with { Views = 1 }).Bytes(kind))})"] : Array.Empty<string>(),
            "fewer photos",
        ];
        throw new TransferException(string.Create(CultureInfo.InvariantCulture,
            $"{Counted.Of(Pictures, "photo")} in {Counted.Of(Views, "view")} of {Counted.Of(Width, "feature")} need {Size(Bytes(kind))} of memory for a {(kind == HeadKind.Linear ? "linear" : "logistic")} head, there are {Size(present)}.\nLess need: {string.Join(", ", less)}."));
    }

    private static string Size(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB");
}
