using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace JustAlexNet.Runtime.Native;

/// <summary>What a kernel of ours is for.</summary>
internal enum KernelKind
{
    /// <summary>Pixels to the network's input.</summary>
    Input,

    /// <summary>Normalisation, with what is computed together with it: rectifier, addition.</summary>
    Normalisation,

    /// <summary>Pooling, with the normalisation and rectifier before it.</summary>
    Pooling,
}

/// <summary>Runs our own kernels on libtorch's threads, so that they and libtorch's operators never fight for the cores.</summary>
internal static unsafe class Parallel
{
    /// <summary>Asked when a kernel begins, on the thread that starts it; what it gives is called when the kernel has ended. Null (default): nobody watches. For bench/.</summary>
    public static Func<KernelKind, Action>? Watched { get; set; }

    /// <summary>Calls <paramref name="body"/> with ranges that together are 0..count, on up to <see cref="TorchRuntime.Threads"/> threads; returns when all are done.</summary>
    /// <param name="kind">What for.</param>
    /// <param name="count">How many pieces of work.</param>
    /// <param name="grain">Fewer pieces than this do not get a thread of their own.</param>
    /// <param name="body">From (included) and to (excluded). What it throws is thrown here.</param>
    public static void For(KernelKind kind, long count, long grain, Action<long, long> body)
    {
        var ended = Watched?.Invoke(kind);
        var job = new Job(body);
        var handle = GCHandle.Alloc(job);
        try
        {
            var code = LibTorch.Loaded.ParallelFor(0, count, grain, &Run, (void*)GCHandle.ToIntPtr(handle));
            job.Failure?.Throw();
            ended?.Invoke();
            if (code != 0) throw new InvalidOperationException("libtorch could not share the work among its threads; its reason is on standard error.");
        }
        finally
        {
            handle.Free();
        }
    }

    [UnmanagedCallersOnly]
    private static void Run(long from, long to, void* context)
    {
        var job = (Job)GCHandle.FromIntPtr((nint)context).Target!;
        try
        {
            job.Body(from, to);
        }
        catch (Exception e)     // must not unwind through libtorch; For throws it on
        {
            job.Failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    private sealed class Job(Action<long, long> body)
    {
        public Action<long, long> Body => body;
        public ExceptionDispatchInfo? Failure { get; set; }
    }
}
