using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using JustAlexNet.Serving.Http.Tests;

namespace JustAlexNet.Serving.Page.Tests;

/// <summary>The page's files, without a browser.</summary>
public sealed partial class PageTests : IAsyncLifetime
{
    private TestServer server = null!;

    public async ValueTask InitializeAsync() => server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/page/page.css", "text/css; charset=utf-8")]
    [InlineData("/page/page.js", "text/javascript; charset=utf-8")]
    [InlineData("/page/texts.json", "application/json; charset=utf-8")]
    [InlineData("/page/icon.svg", "image/svg+xml")]
    public async Task Files_are_served_with_a_policy_that_lets_nothing_in_from_elsewhere(string address, string type)
    {
        var reply = await server.GetAsync(address);
        Assert.Equal((200, type), (reply.Status, reply.Headers["Content-Type"]));
        Assert.StartsWith("default-src 'self'; ", reply.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", reply.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal(("nosniff", "no-referrer"), (reply.Headers["X-Content-Type-Options"], reply.Headers["Referrer-Policy"]));
        var head = await server.SendAsync(HttpMethod.Head, address);
        Assert.Equal((200, 0, $"{reply.Body.Length}"), (head.Status, head.Body.Length, head.Headers["Content-Length"]));
        (await server.SendAsync(HttpMethod.Post, address)).IsRefused(405, "expected GET");
    }

    [Fact]
    public async Task Every_file_that_the_page_names_is_there()
    {
        var named = from file in PageEndpoints.Files.Keys
                    from Match match in FileName().Matches(Text(file))
                    select match.Groups[1].Value;
        Assert.Equal(PageEndpoints.Files.Keys.Where(name => name != "index.html").Order(StringComparer.Ordinal), named.Distinct().Order(StringComparer.Ordinal));
        foreach (var name in named.Distinct()) Assert.Equal(200, (await server.GetAsync($"/page/{name}")).Status);
    }

    [Fact]
    public void No_file_has_an_outside_address_or_code_and_style_within_the_page()
    {
        foreach (var file in PageEndpoints.Files.Keys)
            Assert.DoesNotMatch(@"(?i)//[a-z0-9-]+\.[a-z]|https?:", Text(file).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"@import|url\(", Text("page.css"));
        Assert.DoesNotMatch(@"(?i)<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", Text("index.html"));
        foreach (var file in PageEndpoints.Files.Keys.Where(name => name.EndsWith(".js", StringComparison.Ordinal)))
            Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|localStorage|sessionStorage|cookie", Text(file));
    }

    [Fact]
    public void Every_text_stands_in_both_languages_with_the_same_places_and_is_used()
    {
        using var texts = JsonDocument.Parse(PageEndpoints.Files["texts.json"]);
        var (english, chinese) = (Texts("en"), Texts("zh"));
        Assert.Equal(english.Keys.Order(), chinese.Keys.Order());
        Assert.True(english.Count > 40);
        var code = string.Concat(PageEndpoints.Files.Keys.Where(name => name != "texts.json").Select(Text));
        foreach (var (key, text) in english)
        {
            Assert.Equal(Places(text), Places(chinese[key]));
            Assert.NotEmpty(text);
            if (key != "nameItself") Assert.Matches(@"\p{IsCJKUnifiedIdeographs}|：", chinese[key]);
            Assert.True(Regex.IsMatch(code, $"['\"]{key}['\"]") || Regex.IsMatch(key, @"^fault\d+$"), $"nothing says {key}");
        }
        // What stands in the page before its code has run is the English text.
        foreach (Match match in Told().Matches(Text("index.html"))) Assert.Equal(english[match.Groups[1].Value], match.Groups[2].Value);

        Dictionary<string, string> Texts(string language) => texts.RootElement.GetProperty(language).EnumerateObject().ToDictionary(text => text.Name, text => text.Value.GetString()!);
        IEnumerable<string> Places(string text) => Regex.Matches(text, @"\{\d\}").Select(match => match.Value).Order();
    }

    [Theory]
    [InlineData(0), InlineData(1)]
    public void Colours_have_the_contrast_of_WCAG_AA(int scheme)
    {
        var colours = Colour().Matches(Scheme().Matches(Text("page.css"))[scheme].Value).ToDictionary(match => match.Groups[1].Value, match => Luminance(match.Groups[2].Value));
        (string Front, string Back)[] texts = [("text", "back"), ("text", "card"), ("text", "track"), ("soft", "back"), ("soft", "card"), ("soft", "track"), ("on-main", "main"), ("fault", "fault-back")];
        (string Front, string Back)[] shapes = [("line", "card"), ("line", "back"), ("bar", "track"), ("main", "back"), ("main", "card")];
        Assert.All(texts, pair => Assert.True(Contrast(pair) >= 4.5, $"{pair}: {Contrast(pair):0.00}"));
        Assert.All(shapes, pair => Assert.True(Contrast(pair) >= 3, $"{pair}: {Contrast(pair):0.00}"));

        double Contrast((string Front, string Back) pair) => (Math.Max(colours[pair.Front], colours[pair.Back]) + 0.05) / (Math.Min(colours[pair.Front], colours[pair.Back]) + 0.05);
    }

    [Fact]
    public async Task Page_can_be_left_off()
    {
        await using var bare = await TestServer.StartAsync(new() { NoPage = true });
        (await bare.GetAsync("/")).IsRefused(404, "there is nothing at this address");
        (await bare.GetAsync("/page/page.js")).IsRefused(404, "there is nothing at this address");
    }

    private static string Text(string file) => Encoding.UTF8.GetString(PageEndpoints.Files[file].Span);

    private static double Luminance(string hex)
    {
        if (hex.Length == 3) hex = string.Concat(hex.Select(c => $"{c}{c}"));
        double Part(int at) => int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        return 0.2126 * Part(0) + 0.7152 * Part(2) + 0.0722 * Part(4);
    }

    [GeneratedRegex("""(?:["'/]|page/)([a-z]+\.(?:css|js|json|svg))["']""")]
    private static partial Regex FileName();

    [GeneratedRegex("data-text=\"(\\w+)\"[^>]*>([^<]*)<")]
    private static partial Regex Told();

    [GeneratedRegex(@":root \{[^}]*\}")]
    private static partial Regex Scheme();

    [GeneratedRegex("--([a-z-]+): #([0-9a-f]+);")]
    private static partial Regex Colour();
}
