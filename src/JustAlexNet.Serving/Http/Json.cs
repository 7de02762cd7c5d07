using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace JustAlexNet.Serving.Http;

/// <summary>Answers in JSON, written whole: their length is known, and a fault on the way changes nothing that was sent.</summary>
internal static class Json
{
    // Class names stay readable; the answer is never part of a page (Content-Type, nosniff).
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Of(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable)) write(writer);
        return buffer.WrittenMemory;
    }

    /// <summary>Sends an object.</summary>
    public static Task SendAsync(HttpContext context, Action<Utf8JsonWriter> members, int status = StatusCodes.Status200OK) => SendAsync(context, status, Of(json =>
    {
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    }));

    /// <summary>Sends bytes that are JSON.</summary>
    public static async Task SendAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>Sends the one form of an error.</summary>
    public static Task SendErrorAsync(HttpContext context, int status, string message) => SendAsync(context, json => json.WriteString("error", message), status);

    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public static void WriteNumbers(this Utf8JsonWriter json, string name, params ReadOnlySpan<long> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
