using JustAlexNet.Serving.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace JustAlexNet.Serving.Page;

/// <summary>The page on which people ask the models in a browser: files of this assembly, without a key; what the page asks for needs one as everybody's requests do.</summary>
internal static class PageEndpoints
{
    /// <summary>Nothing comes from elsewhere, goes elsewhere, or frames the page; no script and no style stands within the page. <c>blob:</c> are the pictures that the browser holds itself.</summary>
    public const string Policy = "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Folder = "page/", Start = "index.html";

    /// <summary>The page's files by name, such as <c>page.js</c>.</summary>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; } = ReadAll();

    /// <summary>Maps <c>/</c> and the files beside it, <c>/page/NAME</c>.</summary>
    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        foreach (var (name, bytes) in Files)
            routes.MapMethods(name == Start ? "/" : $"/{Folder}{name}", [HttpMethods.Get, HttpMethods.Head], context => SendAsync(context, ContentType(name), bytes)).ExcludeFromDescription().WithMetadata(new ServingEndpoints.AccessRule(Access.Open));
    }

    private static async Task SendAsync(HttpContext context, string type, ReadOnlyMemory<byte> bytes)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
        (context.Response.ContentType, context.Response.ContentLength) = (type, bytes.Length);
        if (HttpMethods.IsGet(context.Request.Method)) await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".json" => "application/json; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"{name}: no media type is known for {other}."),
    };

    private static Dictionary<string, ReadOnlyMemory<byte>> ReadAll()
    {
        var assembly = typeof(PageEndpoints).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).ToDictionary(name => name[Folder.Length..], name =>
        {
            using var resource = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[resource.Length];
            resource.ReadExactly(bytes);
            return new ReadOnlyMemory<byte>(bytes);
        });
    }
}
