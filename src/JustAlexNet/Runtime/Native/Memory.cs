using TorchSharp;

namespace JustAlexNet.Runtime.Native;

/// <summary>The memory behind a tensor.</summary>
internal static unsafe class Memory
{
    /// <summary>Address of a tensor's first element; valid as long as the tensor. Host memory for tensors on the processor.</summary>
    public static void* Of(torch.Tensor tensor)
    {
        void* address;
        if (LibTorch.Loaded.DataPointer(tensor.Handle, &address) != 0) throw new InvalidOperationException("libtorch gave no address of a tensor; its reason is on standard error.");
        return address;
    }
}
