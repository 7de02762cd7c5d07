using System.Globalization;
using JustAlexNet.Inference;
using JustAlexNet.Serving.Http;
using JustAlexNet.Serving.Http.Tests;
using JustAlexNet.TestSupport;
using Microsoft.Playwright;

namespace JustAlexNet.Serving.Page.Tests;

/// <summary>The page as people use it.</summary>
public sealed class BrowserTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly string[] Two = [.. TestServer.Photos.Take(2)];

    [Theory]
    [InlineData("choose"), InlineData("drop"), InlineData("paste")]
    public async Task Pictures_that_are_handed_over_get_the_classes_that_predict_gives_and_show_what_the_network_saw(string kind)
    {
        await using var server = await TestServer.StartAsync();
        await using var open = await browser.OpenAsync(server.Host.Address);
        await (kind == "choose" ? open.ChooseAsync(Two) : open.HandOverAsync(kind, Two));
        await open.AnsweredAsync(2);
        using var predictor = Predictor.Open(server.File);
        for (var i = 0; i < 2; i++)
        {
            var expected = predictor.Predict(Two[i], new() { TopK = 3 }).Predictions;
            Assert.Equal(expected.Select(p => (p.Class, p.Probability.ToString("0.0000", CultureInfo.InvariantCulture))), await open.ClassesAsync(i));
            var card = open.Cards.Nth(i);
            Assert.Equal(Path.GetFileName(Two[i]), await card.GetByRole(AriaRole.Heading, new() { Level = 2 }).TextContentAsync());
            Assert.Equal("small, version 1", await card.Locator("h3").TextContentAsync());
            Assert.Equal(TestServer.Side, await card.Locator("img.seen").EvaluateAsync<int>("image => image.naturalWidth"));
            Assert.Equal($"What the network sees: {TestServer.Side}\u00a0×\u00a0{TestServer.Side}", await card.Locator("figcaption").TextContentAsync());
            Assert.Matches(@"^[\d.]+ ms in this browser; on the server: [\d.]+ ms waiting, [\d.]+ ms preparing, [\d.]+ ms network$", await card.Locator(".times").TextContentAsync());
            var meter = card.GetByRole(AriaRole.Meter, new() { Name = expected[0].Class, Exact = true });
            Assert.Equal(expected[0].Probability.ToString("0.0000", CultureInfo.InvariantCulture), await meter.GetAttributeAsync("aria-valuenow"));
            var (bar, fill) = (await meter.BoundingBoxAsync(), await meter.Locator("div").BoundingBoxAsync());
            Assert.Equal(expected[0].Probability, fill!.Width / bar!.Width, 0.02);
        }
        Assert.Contains("2 of 2 done", await open.Page.GetByRole(AriaRole.Status).TextContentAsync(), StringComparison.Ordinal);
        open.IsClean();
    }

    [Fact]
    public async Task Several_models_answer_all_or_one_and_as_many_classes_as_are_chosen()
    {
        await using var server = await TestServer.StartAsync(others: "other");
        await using var open = await browser.OpenAsync(server.Host.Address);
        await open.ChooseAsync(Two[0]);
        await open.AnsweredAsync(1);
        Assert.Equal(["other, version 1", "small, version 1"], await open.Page.Locator("h3").AllTextContentsAsync());
        Assert.Equal(await open.ClassesAsync(0, 0), await open.ClassesAsync(0, 1));
        await open.Page.GetByLabel("Model").SelectOptionAsync("other");
        await open.Page.WaitForFunctionAsync("() => document.querySelectorAll('.answer').length === 1");
        await open.AnsweredAsync(1);
        Assert.Equal(["other, version 1"], await open.Page.Locator("h3").AllTextContentsAsync());
        Assert.Equal(3, (await open.ClassesAsync(0)).Count);
        await open.Page.GetByLabel("Classes").SelectOptionAsync("1");
        await open.Page.WaitForFunctionAsync("() => document.querySelectorAll('li').length === 1");
        await open.AnsweredAsync(1);
        open.IsClean();
    }

    [Fact]
    public async Task Chinese_is_spoken_to_whoever_reads_it_and_the_language_changes_by_hand()
    {
        await using var server = await TestServer.StartAsync();
        await using var open = await browser.OpenAsync(server.Host.Address, "zh-CN");
        await open.ChooseAsync(Two[0]);
        await open.AnsweredAsync(1);
        Assert.Equal(("图片分类", "zh-CN"), (await open.Page.TitleAsync(), await open.Page.Locator("html").GetAttributeAsync("lang")));
        Assert.Equal($"网络看到的图片：{TestServer.Side}\u00a0×\u00a0{TestServer.Side}", await open.Page.Locator("figcaption").TextContentAsync());
        Assert.Contains(await open.ClassesAsync(0), line => line.Class == "蓝");
        Assert.Empty(await EnglishWords(open));
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        Assert.Equal(("Classify pictures", "en"), (await open.Page.TitleAsync(), await open.Page.Locator("html").GetAttributeAsync("lang")));
        Assert.Equal($"What the network sees: {TestServer.Side}\u00a0×\u00a0{TestServer.Side}", await open.Page.Locator("figcaption").TextContentAsync());
        Assert.Equal("true", await open.Page.GetByRole(AriaRole.Button, new() { Name = "English" }).GetAttributeAsync("aria-pressed"));
        Assert.NotEmpty(await EnglishWords(open));
        open.IsClean();

        // Words of the page that its Chinese texts have none of.
        async Task<string[]> EnglishWords(OpenPage page) => [.. (await page.Page.Locator("body").InnerTextAsync()).Split((char[])[' ', '\n', ',', '.'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word is "Choose" or "pictures" or "Remove" or "Model" or "Classes" or "version" or "network" or "browser" or "done" or "Take")];
    }

    [Fact]
    public async Task Keyboard_alone_suffices_and_the_focus_is_seen()
    {
        await using var server = await TestServer.StartAsync();
        await using var open = await browser.OpenAsync(server.Host.Address);
        var chooser = await open.Page.RunAndWaitForFileChooserAsync(async () =>
        {
            await TabToAsync("Choose pictures");        // within, so that Chromium knows in time that a program answers its dialog
            await open.Page.Keyboard.PressAsync("Enter");
        });
        await chooser.SetFilesAsync(Two);
        await open.AnsweredAsync(2);
        await TabToAsync($"Remove {Path.GetFileName(Two[0])}");
        await open.Page.Keyboard.PressAsync("Space");
        await open.AnsweredAsync(1);
        Assert.Equal($"Remove {Path.GetFileName(Two[1])}", await NameAsync());       // the focus is not lost
        await TabToAsync("中文");
        await open.Page.Keyboard.PressAsync("Enter");
        await TabToAsync("拍照");
        await open.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(open.Page.GetByRole(AriaRole.Button, new() { Name = "拍下" })).ToBeFocusedAsync();
        await open.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(open.Page.Locator("dialog")).ToBeHiddenAsync();
        await TabToAsync("全部移除");
        await open.Page.Keyboard.PressAsync("Enter");
        Assert.Equal(0, await open.Cards.CountAsync());
        open.IsClean();

        Task<string> NameAsync() => open.Page.EvaluateAsync<string>("() => document.activeElement.ariaLabel ?? document.activeElement.textContent");
        async Task TabToAsync(string name)
        {
            for (var i = 0; i < 40; i++)
            {
                await open.Page.Keyboard.PressAsync("Tab");
                if (await open.Page.EvaluateAsync<bool>("() => document.activeElement === document.body")) continue;
                Assert.Equal("solid 3px", await open.Page.EvaluateAsync<string>("() => (style => `${style.outlineStyle} ${style.outlineWidth}`)(getComputedStyle(document.activeElement))"));
                if (await NameAsync() == name) return;
            }
            Assert.Fail($"Tab does not reach {name}");
        }
    }

    [Fact]
    public async Task Camera_takes_a_picture_and_is_switched_off()
    {
        await using var server = await TestServer.StartAsync();
        await using var open = await browser.OpenAsync(server.Host.Address);
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Take a picture" }).ClickAsync();
        var stream = await open.Page.EvaluateHandleAsync("() => new Promise(done => { const look = () => document.querySelector('video').srcObject ? done(document.querySelector('video').srcObject) : setTimeout(look, 50); look(); })");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Take it" }).ClickAsync();
        await open.AnsweredAsync(1);
        Assert.Equal("Camera 1", await open.Page.Locator("h2").TextContentAsync());
        Assert.Equal(3, (await open.ClassesAsync(0)).Count);
        Assert.True(await open.Page.Locator("img.photo").EvaluateAsync<int>("image => image.naturalWidth") >= 320);
        Assert.Equal(["ended"], await stream.EvaluateAsync<string[]>("stream => stream.getTracks().map(track => track.readyState)"));
        await Assertions.Expect(open.Page.Locator("dialog")).ToBeHiddenAsync();
        open.IsClean();
    }

    [Fact]
    public async Task Key_is_asked_for_where_the_server_wants_one_and_no_picture_is_lost_for_it()
    {
        var scratch = new Scratch();
        File.WriteAllText(scratch.At("keys.txt"), "ann:first-key\n");
        await using var server = await TestServer.StartAsync(new HttpOptions { ApiKeyFile = scratch.At("keys.txt") }, scratch: scratch);
        await using var open = await browser.OpenAsync(server.Host.Address);
        await Assertions.Expect(open.Page.GetByLabel("Key", new() { Exact = true })).ToBeFocusedAsync();
        await open.ChooseAsync(Two[0]);
        await open.Page.Keyboard.PressAsync("Tab");
        await open.Page.GetByLabel("Key", new() { Exact = true }).FillAsync("wrong");
        await open.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(open.Page.GetByText("The server does not know this key.")).ToBeVisibleAsync();
        Assert.Equal(0, await open.Page.Locator("li").CountAsync());
        await open.Page.GetByLabel("Key", new() { Exact = true }).FillAsync("first-key");
        await open.Page.Keyboard.PressAsync("Enter");
        await open.AnsweredAsync(1);
        Assert.Equal(3, (await open.ClassesAsync(0)).Count);
        Assert.True(await open.Page.Locator("#key").IsHiddenAsync());
        File.WriteAllText(scratch.At("keys.txt"), "ann:second-key\n");
        await open.Page.WaitForTimeoutAsync(1500);       // the file is read again a second later
        await open.ChooseAsync(Two[1]);
        await Assertions.Expect(open.Page.GetByLabel("Key", new() { Exact = true })).ToBeFocusedAsync();
        await open.Page.GetByLabel("Key", new() { Exact = true }).FillAsync("second-key");
        await open.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(open.Cards.Nth(1).Locator("li")).ToHaveCountAsync(3);       // it is asked anew, and shows the refusal until then
        Assert.DoesNotContain("key", await open.Page.EvaluateAsync<string>("() => document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location"), StringComparison.Ordinal);
        open.IsClean(refusals: true);
    }

    [Fact]
    public async Task Bad_file_is_an_error_in_words_and_the_other_pictures_are_answered()
    {
        using var files = new Scratch();
        var bad = files.At("<b>note.heic");
        File.WriteAllText(bad, "no picture");
        await using var server = await TestServer.StartAsync();
        await using var open = await browser.OpenAsync(server.Host.Address);
        await open.HandOverAsync("drop", bad, Two[0]);
        await open.AnsweredAsync(2);
        Assert.Equal("<b>note.heic", await open.Page.Locator("h2").First.TextContentAsync());
        var fault = open.Cards.Nth(0).Locator(".answer .fault");
        Assert.StartsWith("This kind of file is not taken: JPEG, PNG or WebP is. The server says: ", await fault.TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal("en", await fault.Locator("span").Last.GetAttributeAsync("lang"));
        Assert.Equal(3, (await open.ClassesAsync(1)).Count);
        Assert.Contains("2 of 2 done, 1 with an error", await open.Page.GetByRole(AriaRole.Status).TextContentAsync(), StringComparison.Ordinal);
        await Assertions.Expect(open.Page.GetByRole(AriaRole.Button, new() { Name = "Try again: <b>note.heic" })).ToBeHiddenAsync();
        await open.HandOverAsync("paste");
        await Assertions.Expect(open.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "There was no file" })).ToBeVisibleAsync();
        Assert.Equal(2, await open.Cards.CountAsync());
        open.IsClean(refusals: true);
    }

    [Fact]
    public async Task Server_that_is_gone_loses_no_picture()
    {
        await using var server = await TestServer.StartAsync();
        await using var open = await browser.OpenAsync(server.Host.Address);
        await open.Page.Context.SetOfflineAsync(true);
        await open.ChooseAsync(Two[0]);
        await Assertions.Expect(open.Page.GetByText("The server does not answer")).ToBeVisibleAsync();
        await open.Page.Context.SetOfflineAsync(false);
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await open.AnsweredAsync(1);
        Assert.Equal(3, (await open.ClassesAsync(0)).Count);
    }

    [Fact]
    public async Task Pictures_wait_for_a_server_that_cannot_say_its_models_yet()
    {
        await using var server = await TestServer.StartAsync();
        await using var open = await browser.OpenAsync(server.Host.Address);
        await open.Page.RouteAsync("**/v2/models", route => route.FulfillAsync(new() { Status = 503, ContentType = "application/json", Body = "{\"error\":\"loading\"}" }));
        await open.Page.ReloadAsync();
        await Assertions.Expect(open.Page.GetByText("The model is not ready. The server says: loading")).ToBeVisibleAsync();
        await open.ChooseAsync(Two[0]);
        Assert.Equal(0, await open.Page.Locator(".answer").CountAsync());
        await open.Page.UnrouteAsync("**/v2/models");
        await open.AnsweredAsync(1);
        Assert.Equal(3, (await open.ClassesAsync(0)).Count);
        Assert.True(await open.Page.Locator("#fault").IsHiddenAsync());
    }

    [Theory]
    [InlineData(320, ColorScheme.Light, "en-GB"), InlineData(400, ColorScheme.Dark, "zh-CN"), InlineData(2400, ColorScheme.Light, "en-GB")]
    public async Task Page_fits_its_window(int width, ColorScheme colours, string language)
    {
        await using var server = await TestServer.StartAsync(others: "another-model-with-a-name-that-goes-on-and-on-and-on");
        await using var open = await browser.OpenAsync(server.Host.Address, language, width, colours);
        await open.ChooseAsync(Two);
        await open.AnsweredAsync(2);
        Assert.Equal(width, await open.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        Assert.Equal(colours == ColorScheme.Dark ? "rgb(20, 23, 26)" : "rgb(246, 247, 249)", await open.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor"));
        open.IsClean();
    }
}
