namespace JustAlexNet.Export;

/// <summary>How an int8 network came about, and what it lost.</summary>
/// <param name="Method">The one that was chosen: of those within two right answers of the best (of all, where the pictures have no labels) the one whose logits differ least from those in fp32.</param>
/// <param name="Data">Where the pictures are.</param>
/// <param name="CalibratedOn">Pictures by which ranges were found.</param>
/// <param name="MeasuredOn">Other pictures, on which the methods were compared.</param>
/// <param name="ExactTop1">Share of right answers in fp32; null where the pictures have no labels.</param>
/// <param name="Candidates">Every method.</param>
/// <param name="WeightBits">8; 7 where the processor has no VNNI.</param>
/// <param name="Operators">What ONNX Runtime makes of the file here: how many of each operator.</param>
public sealed record Int8Report(
    CalibrationMethod Method, string Data, int CalibratedOn, int MeasuredOn, double? ExactTop1, IReadOnlyList<Int8Candidate> Candidates, int WeightBits, IReadOnlyDictionary<string, int> Operators)
{
    /// <summary>The chosen one.</summary>
    public Int8Candidate Chosen => Candidates.First(candidate => candidate.Method == Method);

    /// <summary>What the file came to; the chosen one where no layer was kept in float32.</summary>
    public required Int8Candidate Final { get; init; }

    /// <summary>Layers with weights.</summary>
    public required int Layers { get; init; }

    /// <summary>Those of them, besides the last, kept in float32, because int8 in all of them cost too many right answers: from 1, in the order of computation.</summary>
    public required IReadOnlyList<int> FloatLayers { get; init; }

    /// <summary>Share of right answers lost; null where the pictures have no labels.</summary>
    public double? Loss => ExactTop1 - Final.Top1;

    /// <summary>Convolutions that ONNX Runtime computes in float here; those of <see cref="FloatLayers"/>, else the network is slower than it could be.</summary>
    public int FloatConvolutions => Operators.Where(op => op.Key.EndsWith("Conv", StringComparison.Ordinal) && op.Key != "QLinearConv").Sum(op => op.Value);
}

/// <summary>What a method came to.</summary>
/// <param name="Method">Which.</param>
/// <param name="Top1">Share of right answers; null where the pictures have no labels.</param>
/// <param name="Agreement">Share of answers as in fp32.</param>
/// <param name="MeanDifference">Of logits from those in fp32, as a share of the largest.</param>
public sealed record Int8Candidate(CalibrationMethod Method, double? Top1, double Agreement, double MeanDifference);
