namespace JustAlexNet.Runtime;

/// <summary>The number format in which convolutions and linear layers compute. Sums, losses, weights and the optimiser's state are float32 in every case.</summary>
public enum Precision
{
    /// <summary>float32: 24 significant bits.</summary>
    Fp32,

    /// <summary>bfloat16: float32's range with 8 significant bits.</summary>
    Bf16,

    /// <summary>float16: 11 significant bits and a range of 6e-8 to 65504, so that gradients need scaling.</summary>
    Fp16,
}
