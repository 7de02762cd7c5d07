using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace JustAlexNet.Serving.Http;

/// <summary>The body of a request that was let in, while it comes: counts what has come, and ends with a read that is cancelled where its place is lost.</summary>
internal sealed class WatchedBody : PipeReader, IRequestBodyPipeFeature
{
    private readonly PipeReader inner;
    private readonly Admission admission;
    private readonly BodyWatch watch;
    private ReadOnlySequence<byte> last;
    private long passed;

    private WatchedBody(PipeReader inner, Admission admission)
    {
        (this.inner, this.admission) = (inner, admission);
        watch = admission.WatchBody(inner.CancelPendingRead);
    }

    /// <summary>Whether the request's place is another's now.</summary>
    public bool IsCut => watch.IsCut;

    PipeReader IRequestBodyPipeFeature.Reader => this;

    /// <summary>Puts itself before the body of a request.</summary>
    public static WatchedBody Begin(HttpContext context, Admission admission)
    {
        var body = new WatchedBody(context.Request.BodyReader, admission);
        context.Features.Set<IRequestBodyPipeFeature>(body);
        return body;
    }

    /// <summary>The body is here: the place stays the request's.</summary>
    /// <exception cref="RequestException">It is another's already.</exception>
    public void End()
    {
        if (!admission.EndBody()) throw Lost();
    }

    /// <summary>What the caller is told whose place is another's.</summary>
    public static RequestException Lost() => new(ServingFault.DeadlineExceeded, "slow_body", "the body came slowly, and another request needed its place; send it again later") { Status = StatusCodes.Status408RequestTimeout };

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => See(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        See(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        passed += last.Slice(0, consumed).Length;
        last = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private ReadResult See(ReadResult result)
    {
        last = result.Buffer;
        watch.Bytes = passed + last.Length;
        return result;
    }
}
