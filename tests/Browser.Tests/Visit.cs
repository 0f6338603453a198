using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;

namespace Marketplace.Browser.Tests;

/// <summary>
/// One person's browser. It hears what a person would not see: scripts that fail, what a policy forbids, requests to elsewhere.
/// </summary>
public sealed class Visit : IAsyncDisposable
{
    /// <summary>A folder for pictures of the pages; none are taken without it.</summary>
    private const string PicturesSetting = "MARKETPLACE_SCREENSHOTS";

    private readonly IBrowserContext _context;
    private readonly string _locale;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<Uri> _requests = new();

    private Visit(IBrowserContext context, IPage page, string locale)
    {
        (_context, Page, _locale) = (context, page, locale);
        page.Console += (_, message) => Hear(message.Type == "error", message.Text);
        page.PageError += (_, error) => Hear(true, error);
        context.Request += (_, request) => _requests.Enqueue(new Uri(request.Url));
    }

    public IPage Page { get; }

    public IBrowserContext Context => _context;

    public bool IsChinese => _locale.StartsWith("zh", StringComparison.Ordinal);

    internal static async Task<Visit> Open(IBrowserContext context, string locale) => new(context, await context.NewPageAsync(), locale);

    /// <summary>The words in the browser's language.</summary>
    public string In(string zh, string en) => IsChinese ? zh : en;

    public async Task<IResponse> Go(string path) =>
        await Page.GotoAsync(path) ?? throw new InvalidOperationException($"{path} gave no answer.");

    public Task Press(string zh, string en) =>
        Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = In(zh, en), Exact = true }).ClickAsync();

    /// <summary>A page of ours: in the browser's language, without a fault that axe finds, without a word on the console.</summary>
    /// <param name="name">Of the page, for messages and pictures.</param>
    public async Task CheckOwnPage(string name)
    {
        await Picture(name);
        Assert.Equal(In("zh-CN", "en"), await Page.Locator("html").GetAttributeAsync("lang"));
        var axe = await Page.RunAxe();
        var violations = axe.Violations.Select(found =>
            $"{found.Id}: {found.Help} at {string.Join(", ", found.Nodes.Select(node => node.Html))}"
        );
        Assert.True(axe.Violations.Length == 0, $"{name} ({_locale}): {string.Join("; ", violations)}");
        CheckQuiet(name);
    }

    /// <summary>Nothing failed and nothing was asked of another host.</summary>
    public void CheckQuiet(string name)
    {
        Assert.True(_complaints.IsEmpty, $"{name} ({_locale}): {string.Join("; ", _complaints)}");
        var hosts = _requests.Where(address => address.Scheme is "http" or "https").Select(address => address.Host).Distinct();
        Assert.True(hosts.All(host => host == "127.0.0.1"), $"{name} asked {string.Join(", ", hosts)}.");
    }

    /// <summary>A status that is meant to be an error is on the console, too.</summary>
    public void ForgetComplaints() => _complaints.Clear();

    public async Task Picture(string name)
    {
        if (Environment.GetEnvironmentVariable(PicturesSetting) is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.{_locale}.png"), FullPage = true });
        }
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private void Hear(bool isComplaint, string text)
    {
        if (isComplaint)
        {
            _complaints.Enqueue(text);
        }
    }
}
