using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace JustAlexNet.Serving.Http;

/// <summary>The pictures of a request: the files of a form, or the body itself.</summary>
internal static class PictureBody
{
    private const int MaxBoundary = 70;         // RFC 2046
    private const int MaxPartHeaders = 16;
    private const int MaxPartHeaderBytes = 16 * 1024;
    private const int MaxOtherFields = 16;

    /// <summary>Reads multipart/form-data as the pictures of its files, whatever their fields are called; fields without a file are passed over. Anything else is one picture.</summary>
    /// <param name="request">Its head was checked (<see cref="Body.CheckHead"/>).</param>
    /// <param name="memory">Receives them.</param>
    /// <param name="maxBytes">Of the body.</param>
    /// <param name="maxPictures">Of the form.</param>
    /// <param name="stop">The caller left, or time is over.</param>
    /// <exception cref="RequestException">There is no picture, an empty one, too many, too much, or the form is broken.</exception>
    public static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(HttpRequest request, RequestMemory memory, long maxBytes, int maxPictures, CancellationToken stop)
    {
        var isForm = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);
        if (isForm) return await ReadFormAsync(request, memory, type!, maxBytes, maxPictures, stop);
        var picture = await Body.ReadAsync(request, memory, maxBytes, stop);
        return picture.Length > 0 ? [picture] : throw Bad("no_picture", "the body is empty, expected a picture: JPEG, PNG or WebP");
    }

    private static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadFormAsync(HttpRequest request, RequestMemory memory, MediaTypeHeaderValue type, long maxBytes, int maxPictures, CancellationToken stop)
    {
        if (!type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)) throw Bad("form", "the body is multipart of another kind, expected multipart/form-data");
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        if (boundary.Length is 0 or > MaxBoundary) throw Bad("form", $"the form's boundary has {boundary.Length} characters, expected 1 to {MaxBoundary}");
        await using var bounded = new BoundedStream(request.BodyReader, maxBytes);
        var reader = new MultipartReader(boundary.ToString(), bounded) { HeadersCountLimit = MaxPartHeaders, HeadersLengthLimit = MaxPartHeaderBytes, BodyLengthLimit = maxBytes };
        var pictures = new List<ReadOnlyMemory<byte>>();
        var others = 0;
        try
        {
            while (await reader.ReadNextSectionAsync(stop) is { } part)
            {
                if (!IsFile(part))
                {
                    if (++others > MaxOtherFields) throw Bad("form", $"the form has more than {MaxOtherFields} fields without a file");
                    continue;       // the reader passes over what is left of it
                }
                if (pictures.Count == maxPictures) throw new RequestException(ServingFault.TooLarge, "too_many_pictures", $"the form has more than {maxPictures} pictures, which is the most this server takes at once");
                var file = await Body.ReadAsync(part.Body, memory, announced: null, stop);
                if (file.Length == 0) throw Bad("no_picture", $"picture {pictures.Count + 1} is empty, expected JPEG, PNG or WebP");
                pictures.Add(file);
            }
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException and not BadHttpRequestException && !request.HttpContext.RequestAborted.IsCancellationRequested))
        {
            throw Bad("form", "the form is broken: a part without its end, or with heads that are too long");
        }
        return pictures.Count > 0 ? pictures : throw Bad("no_picture", "the form has no file, expected one or more pictures, as curl -F image=@cat.jpg sends them");
    }

    private static bool IsFile(MultipartSection part) =>
        ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) && (disposition.FileName.Length > 0 || disposition.FileNameStar.Length > 0)
        || part.ContentType?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) == true;

    private static RequestException Bad(string reason, string message) => new(ServingFault.BadInput, reason, message);
}
