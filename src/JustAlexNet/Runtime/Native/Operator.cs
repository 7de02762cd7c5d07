using System.Runtime.InteropServices;
using TorchSharp;

namespace JustAlexNet.Runtime.Native;

/// <summary>Calls an operator of libtorch by its name. What stands on the stack is libtorch's after the call; nothing here looks at its types: a wrong argument is a damaged memory.</summary>
internal static unsafe class Operator
{
    /// <summary>Calls one.</summary>
    /// <param name="name">Such as <c>aten::relu</c>, with a zero at its end.</param>
    /// <param name="stack">Every argument in the order of the schema; then the results.</param>
    public static void Call(ReadOnlySpan<byte> name, ulong* stack)
    {
        fixed (byte* first = name, overload = "\0"u8)
            if (LibTorch.Loaded.Call(first, overload, stack, LibTorch.InterfaceVersion) is not 0 and var code) Check(code, System.Text.Encoding.ASCII.GetString(name[..^1]));
    }

    /// <summary>How often operators have written into a tensor's memory, by whatever view.</summary>
    public static long VersionOf(torch.Tensor tensor)
    {
        var stack = stackalloc ulong[1] { Of(tensor) };     // _version(Tensor self) -> int
        Call("aten::_version\0"u8, stack);
        return (long)stack[0];
    }

    /// <summary>A tensor as an argument; the tensor stays the caller's.</summary>
    public static ulong Of(torch.Tensor tensor)
    {
        nint copy;      // the call takes a handle over; this one is ours to give
        Check(LibTorch.Loaded.NewHandle(tensor.Handle, &copy), "a tensor's handle");
        return (ulong)copy;
    }

    /// <summary>A list of tensors, which stay the caller's.</summary>
    public static ulong List(IReadOnlyList<torch.Tensor> tensors) => NewList(tensors.Count, i => Of(tensors[i]));

    /// <summary>A list of whole numbers.</summary>
    public static ulong Numbers(params long[] numbers) => NewList(numbers.Length, i => (ulong)numbers[i]);

    /// <summary>An argument that may be none, and is some here: libtorch frees the cell as C++ frees what <c>malloc</c> gave.</summary>
    public static ulong Some(ulong argument)
    {
        var cell = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *cell = argument;
        return (ulong)cell;
    }

    /// <summary>Throws where libtorch refused something.</summary>
    public static void Check(int code, string what)
    {
        if (code != 0) throw new InvalidOperationException($"libtorch refused {what}; its reason is on standard error.");
    }

    private static ulong NewList(int count, Func<int, ulong> argument)
    {
        var library = LibTorch.Loaded;
        nint list;
        Check(library.NewList((ulong)count, &list), "a list");
        for (var i = 0; i < count; i++) Check(library.Push(list, argument(i)), "a list");
        return (ulong)list;
    }
}
