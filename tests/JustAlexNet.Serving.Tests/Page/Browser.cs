using Microsoft.Playwright;

namespace JustAlexNet.Serving.Page.Tests;

/// <summary>Debian's Chromium, driven by Playwright, which downloads nothing: one browser for all tests of a class, a page of its own for each.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium)) return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] });
    }

    /// <summary>Opens a page. Skips the test, with the line that installs Chromium, where there is none.</summary>
    internal async Task<OpenPage> OpenAsync(Uri address, string language = "en-GB", int width = 1200, ColorScheme colours = ColorScheme.Light)
    {
        if (browser is null) Assert.Skip($"No Chromium here ({Chromium} is absent): apt-get install chromium");
        var context = await browser.NewContextAsync(new() { Locale = language, ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = colours, Permissions = ["camera"] });
        context.SetDefaultTimeout(60_000);
        var open = new OpenPage(context, await context.NewPageAsync(), address);
        await open.Page.GotoAsync(address.ToString(), new() { WaitUntil = WaitUntilState.NetworkIdle });
        return open;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}

/// <summary>A page, with what its console said and which addresses it asked.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly Uri address;
    private readonly List<string> faults = [], requests = [];

    public OpenPage(IBrowserContext context, IPage page, Uri address)
    {
        (this.context, Page, this.address) = (context, page, address);
        page.Console += (_, message) => Note(faults, message.Type is "error" or "warning" ? message.Text : null);
        page.PageError += (_, fault) => Note(faults, fault);
        page.Request += (_, request) => Note(requests, request.Url);
    }

    public IPage Page { get; }

    public ILocator Cards => Page.Locator(".card");

    public Task ChooseAsync(params string[] files) => Page.Locator("#files").SetInputFilesAsync(files);

    /// <summary>Hands files over as an event of dropping or pasting does.</summary>
    public async Task HandOverAsync(string kind, params string[] files)
    {
        var bytes = files.Select(file => new Dictionary<string, string> { ["name"] = Path.GetFileName(file), ["content"] = Convert.ToBase64String(File.ReadAllBytes(file)) }).ToArray();
        await Page.EvaluateAsync("""
            ([kind, files]) => {
              const data = new DataTransfer();
              for (const { name, content } of files) data.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name));
              const init = { bubbles: true, cancelable: true };
              document.body.dispatchEvent(kind === 'paste' ? new ClipboardEvent('paste', { ...init, clipboardData: data }) : new DragEvent('drop', { ...init, dataTransfer: data }));
            }
            """, new object[] { kind, bytes });
    }

    /// <summary>Waits until every picture is answered, or refused.</summary>
    public Task AnsweredAsync(int pictures) => Page.WaitForFunctionAsync("count => document.querySelectorAll('.card').length === count && document.querySelectorAll('.answer').length >= count && !document.querySelector('.wait.hint')", pictures);

    /// <summary>Classes and probabilities as the page shows them.</summary>
    public async Task<IReadOnlyList<(string Class, string Probability)>> ClassesAsync(int card, int answer = 0)
    {
        var lines = Cards.Nth(card).Locator(".answer").Nth(answer).Locator("li");
        return [.. (await lines.Locator(".class").AllTextContentsAsync()).Zip(await lines.Locator(".number").AllTextContentsAsync())];
    }

    /// <summary>Fails where the console complained, or another origin was asked.</summary>
    /// <param name="refusals">Whether the server was made to refuse a request, of which Chromium's console tells.</param>
    public void IsClean(bool refusals = false)
    {
        lock (faults) Assert.DoesNotContain(faults, text => !refusals || !text.StartsWith("Failed to load resource: the server responded with a status of 4", StringComparison.Ordinal));
        lock (faults) Assert.All(requests, url => Assert.True(url.StartsWith(address.ToString(), StringComparison.Ordinal) || url.StartsWith($"blob:{address}", StringComparison.Ordinal), url));
        Assert.True(requests.Count > 5);
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();

    private void Note(List<string> list, string? text)
    {
        if (text is null) return;
        lock (faults) list.Add(text);
    }
}
