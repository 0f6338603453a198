using Marketplace.TestKit;
using Marketplace.TestKit.Processes;

namespace Marketplace.Browser.Tests;

/// <summary>The product as a process of its own with the demo marketplace, and the system's Chromium in front of it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // No sandbox: tests run as root in containers. The others keep a browser without a network from looking for one.
    private static readonly string[] Flags =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private readonly SiloProcess _server = new(new SiloOptions());
    private readonly HttpClient _http;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private int _sellers;

    public Chromium() =>
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = _server.BaseAddress,
        };

    public Uri Address => _server.BaseAddress;

    /// <summary>Sends what a browser does not: calls of plugins and of Seller Center.</summary>
    public MarketplaceClient Client { get; private set; } = null!;

    public HttpClient Http => _http;

    /// <summary>The last lines of the server's log.</summary>
    public string Log => _server.Output;

    public async ValueTask InitializeAsync()
    {
        await _server.Start();
        Client = new MarketplaceClient(_http, _server.ReadDemoFile());
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Places.FirstOrDefault(File.Exists)
                    ?? throw new InvalidOperationException($"No Chromium at {string.Join(", ", Places)}."),
                Args = Flags,
            }
        );
    }

    /// <summary>A seller that no other test knows.</summary>
    public string NewSeller() => FormattableString.Invariant($"browser-seller-{Interlocked.Increment(ref _sellers)}");

    public DemoClient PluginClient(string plugin) => Client.Demo.ClientOf(plugin);

    /// <summary>A browser with cookies of its own.</summary>
    /// <param name="locale">What its owner set it to: <c>zh-CN</c>, <c>en-GB</c>.</param>
    /// <param name="token">Added to every request, as the page around a seller's page does; null for none.</param>
    public async Task<Visit> Visit(string locale, string? token = null)
    {
        var context = await _browser!.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = Address.ToString(),
                Locale = locale,
                ExtraHTTPHeaders = token is null ? null : [new("Authorization", $"Bearer {token}")],
                ViewportSize = new ViewportSize { Width = 900, Height = 1000 },
            }
        );
        return await Tests.Visit.Open(context, locale);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _http.Dispose();
        await _server.DisposeAsync();
    }
}
