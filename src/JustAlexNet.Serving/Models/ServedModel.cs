using System.Globalization;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Serving;

/// <summary>A model that answers requests: several at a time pass its network together. Lent by <see cref="ModelRepository.Lease"/>. Thread-safe.</summary>
public sealed class ServedModel
{
    private const string CallerLeft = "caller_left";

    private readonly Lock gate = new();
    private readonly ServedNetwork network;
    private readonly ServerParts parts;
    private readonly ModelCounters counters;
    private int holds = 1;      // that of whoever made it

    internal ServedModel(string name, string version, string sha256, ServedNetwork network, ServerParts parts)
    {
        (Name, Version, Sha256, this.network, this.parts) = (name, version, sha256, network, parts);
        counters = parts.Meter.Of(name, version);
        (Classes, Preprocessing, InputName, OutputName, TakesPixels, Metadata) = (network.Classes, network.Preprocessing, network.InputName, network.OutputName, network.TakesPixels, network.Metadata);
    }

    /// <summary>What requests call it.</summary>
    public string Name { get; }

    /// <summary>Digits; 1 for a file that was given by name.</summary>
    public string Version { get; }

    /// <summary>SHA-256 of its file, 64 hex digits, lower case.</summary>
    public string Sha256 { get; }

    /// <summary>What it is, by the Open Inference Protocol's word: <c>onnx_onnxv1</c>.</summary>
    public string Platform { get; } = "onnx_onnxv1";

    /// <summary>What its classes are called, in the order of the logits.</summary>
    public ClassNames Classes { get; }

    /// <summary>How pictures become its input.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>The name of the picture input.</summary>
    public string InputName { get; }

    /// <summary>The name of the logits.</summary>
    public string OutputName { get; }

    /// <summary>Whether its input is pixels, uint8 (N, S, S, 3), which the file normalises itself; else it is float32 (N, 3, S, S), normalised.</summary>
    public bool TakesPixels { get; }

    /// <summary>S: its input is S x S pixels.</summary>
    public int Side => Preprocessing.Side;

    /// <summary>What the file says about itself, by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    private int PictureLength => 3 * Side * Side;

    /// <summary>What pictures show, each the bytes of a JPEG, PNG or WebP file.</summary>
    /// <param name="admission">The request's; grown where it holds fewer places than there are pictures. Stays the caller's.</param>
    /// <param name="encodedPictures">One or more; must not change before the answer is there.</param>
    /// <param name="deadline">UTC; never later than <see cref="ServingOptions.RequestTimeout"/> from now. What has not begun then is taken out; what is in the network already is answered.</param>
    /// <param name="left">Says that the caller has gone, to the same effect.</param>
    /// <returns>At equal batches, bit for bit the logits behind the answers of <see cref="Predictor"/>.</returns>
    /// <exception cref="ServingException">A picture is refused, the queue is full, the deadline has passed, or the network failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="left"/> said so.</exception>
    public Task<Logits> InferAsync(Admission admission, IReadOnlyList<ReadOnlyMemory<byte>> encodedPictures, DateTime deadline, CancellationToken left)
    {
        ArgumentNullException.ThrowIfNull(encodedPictures);
        return AnswerAsync(admission, encodedPictures.Count, deadline, clock => PreparedPictures.DecodeAsync(encodedPictures, Preprocessing, parts, clock), left);
    }

    /// <summary>The same for pictures that are input already: float32 (N, 3, S, S), normalised. For a model that does not take pixels.</summary>
    /// <param name="admission">As above.</param>
    /// <param name="normalised">N x 3 x S x S, finite; must not change before the answer is there.</param>
    /// <param name="count">N, 1 or more.</param>
    /// <param name="deadline">As above.</param>
    /// <param name="left">As above.</param>
    /// <exception cref="ServingException">As above; or the numbers are not finite, their count is another, or the model takes pixels.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="left"/> said so.</exception>
    public Task<Logits> InferTensorAsync(Admission admission, ReadOnlyMemory<float> normalised, int count, DateTime deadline, CancellationToken left) =>
        AnswerAsync(admission, count, deadline, _ =>
        {
            CheckTensor(normalised.Length, count, isPixels: false);
            if (!AreFinite(normalised.Span)) throw new ServingException(ServingFault.BadInput, "not_finite", "the tensor holds NaN or infinity, expected finite numbers.");
            return Task.FromResult(new PreparedPictures([.. Enumerable.Range(0, count).Select(i => new PictureInput(default, normalised.Slice(i * PictureLength, PictureLength)))]) { BegunAt = parts.Time.GetTimestamp() });
        }, left);

    /// <summary>The same for a model that takes pixels: uint8 (N, S, S, 3), RGB.</summary>
    /// <param name="admission">As above.</param>
    /// <param name="pixels">N x S x S x 3; must not change before the answer is there.</param>
    /// <param name="count">N, 1 or more.</param>
    /// <param name="deadline">As above.</param>
    /// <param name="left">As above.</param>
    /// <exception cref="ServingException">As above; or the count is another, or the model takes float32.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="left"/> said so.</exception>
    public Task<Logits> InferTensorAsync(Admission admission, ReadOnlyMemory<byte> pixels, int count, DateTime deadline, CancellationToken left) =>
        AnswerAsync(admission, count, deadline, _ =>
        {
            CheckTensor(pixels.Length, count, isPixels: true);
            return Task.FromResult(new PreparedPictures([.. Enumerable.Range(0, count).Select(i => new PictureInput(pixels.Slice(i * PictureLength, PictureLength), default))]) { BegunAt = parts.Time.GetTimestamp() });
        }, left);

    /// <summary>The S x S picture that the network sees of a picture file, as a PNG file. Waits and is refused as for <see cref="InferAsync"/>; nothing passes the network.</summary>
    public async Task<byte[]> PreprocessedPngAsync(Admission admission, ReadOnlyMemory<byte> encodedPicture, DateTime deadline, CancellationToken left)
    {
        ArgumentNullException.ThrowIfNull(admission);
        try
        {
            using var clock = new RequestClock(parts.Time, deadline, parts.Options.RequestTimeout, left);
            using var prepared = await PreparedPictures.DecodeAsync([encodedPicture], Preprocessing, parts, clock).ConfigureAwait(false);
            return PngEncoder.Encode(prepared.Pictures[0].Pixels.Span, Side, Side);
        }
        catch (ServingException refusal)
        {
            throw parts.Meter.Refused(refusal);
        }
        catch (OperationCanceledException)
        {
            parts.Meter.Reject(CallerLeft);
            throw;
        }
    }

    /// <summary>Lets pictures of nothing pass, so that what is done once is done, and a network that answers NaN is found: a full batch first, whose memory those that are not full then fit into, then one by one.</summary>
    internal async Task WarmUpAsync(int runs)
    {
        var picture = TakesPixels ? new PictureInput(new byte[PictureLength], default) : new(default, new float[PictureLength]);
        foreach (var count in Enumerable.Repeat(1, runs - 1).Prepend(Scheduler.BatchOf(Side, parts.Options.MaxBatch)))
        {
            var work = new Work(network, [.. Enumerable.Repeat(picture, count)], counters: null);
            await parts.Scheduler.RunAsync(work).ConfigureAwait(false);
            if (!AreFinite(work.Logits)) throw new ServingException(ServingFault.Internal, "not_finite", "its answer to a plain picture is NaN or infinite");
        }
    }

    /// <summary>Keeps the network in memory until <see cref="Release"/>. False: it is freed already.</summary>
    internal bool TryHold()
    {
        lock (gate)
        {
            if (holds == 0) return false;
            holds++;
            return true;
        }
    }

    /// <summary>The last one frees the network.</summary>
    internal void Release()
    {
        lock (gate)
            if (--holds > 0) return;
        network.Dispose();
    }

    private async Task<Logits> AnswerAsync(Admission admission, int count, DateTime deadline, Func<RequestClock, Task<PreparedPictures>> prepare, CancellationToken left)
    {
        ArgumentNullException.ThrowIfNull(admission);
        ObjectDisposedException.ThrowIf(!TryHold(), this);
        var start = parts.Time.GetTimestamp();
        try
        {
            if (count < 1) throw new ServingException(ServingFault.BadInput, "no_picture", "the request has no picture, expected one or more.");
            admission.GrowUncounted(count);
            using var clock = new RequestClock(parts.Time, deadline, parts.Options.RequestTimeout, left);
            clock.Check();
            using var prepared = await WaitAsync(prepare(clock)).ConfigureAwait(false);
            var work = new Work(network, prepared.Pictures, counters) { Clock = clock };
            await parts.Scheduler.RunAsync(work).ConfigureAwait(false);
            if (!AreFinite(work.Logits)) throw NotFinite(prepared.Pictures[0].Values.IsEmpty);
            return Answered(work, prepared, start);
        }
        catch (Exception e)
        {
            Count(e);
            throw;
        }
        finally
        {
            Release();
        }
    }

    private async Task<PreparedPictures> WaitAsync(Task<PreparedPictures> preparation)
    {
        counters.Wait(1);
        try
        {
            return await preparation.ConfigureAwait(false);
        }
        finally
        {
            counters.Wait(-1);
        }
    }

    private Logits Answered(Work work, PreparedPictures prepared, long start)
    {
        var (time, end) = (parts.Time, parts.Time.GetTimestamp());
        var times = new RequestTimes(
            time.GetElapsedTime(start, prepared.BegunAt) + time.GetElapsedTime(work.QueuedAt, work.BegunAt), time.GetElapsedTime(prepared.BegunAt, work.QueuedAt),
            time.GetElapsedTime(work.BegunAt, work.EndedAt), time.GetElapsedTime(work.EndedAt, end));
        counters.Answered(times);
        return new(work.Logits, Classes) { Queue = times.Queue, Prepare = times.Input, Infer = times.Infer };
    }

    private void Count(Exception fault)
    {
        var (kind, reason) = fault switch
        {
            OperationCanceledException => (FailureKind.Canceled, CallerLeft),
            ServingException { Fault: ServingFault.QueueFull or ServingFault.DeadlineExceeded or ServingFault.Unavailable } refusal => (FailureKind.Rejected, refusal.Reason),
            ServingException { Fault: ServingFault.Internal } refusal => (FailureKind.Backend, refusal.Reason),
            ServingException refusal => (FailureKind.Other, refusal.Reason),
            _ => (FailureKind.Backend, "internal"),
        };
        counters.Failed(kind);
        parts.Meter.Reject(reason);
    }

    private void CheckTensor(int length, int count, bool isPixels)
    {
        if (isPixels != TakesPixels) throw new ServingException(ServingFault.BadInput, "wrong_tensor", $"the model takes {Form(TakesPixels)}, received {Form(isPixels)}.");
        if (length != (long)count * PictureLength)
            throw new ServingException(ServingFault.BadInput, "wrong_tensor", string.Create(CultureInfo.InvariantCulture, $"the tensor has {length} numbers, expected {count} x {PictureLength} of ({(TakesPixels ? $"N, {Side}, {Side}, 3" : $"N, 3, {Side}, {Side}")})."));

        string Form(bool pixels) => pixels ? $"pixels, UINT8 (N, {Side}, {Side}, 3)" : $"normalised numbers, FP32 (N, 3, {Side}, {Side})";
    }

    private static ServingException NotFinite(bool isPicture) => isPicture
        ? new(ServingFault.Internal, "not_finite", "the network's answer is not a finite number: its weights are damaged or from a run that diverged.")
        : new(ServingFault.BadInput, "not_finite", "the network's answer to this tensor is not a finite number: its values are too large.\nNormalise them as the model's metadata says.");

    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            if (!float.IsFinite(value)) return false;
        return true;
    }
}
