using Marketplace.Api.PlatformApi.Demo;
using Marketplace.Api.SellerApi.Installations.Demo;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Identity.Clients;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Silo.Demo.Market;
using Marketplace.Storage;
using Marketplace.Timing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Marketplace.Silo.Demo;

/// <summary>
/// Demo mode: creates plugins, sellers, installations, OAuth clients and a few orders at the first start, writes demo.json, and prints next
/// steps. Every step is idempotent, so the next start completes an interrupted one.
/// </summary>
internal sealed partial class DemoMarketplace(
    IServiceProvider services,
    IGrainFactory grains,
    DemoEnabling enabling,
    IClientRegistry clients,
    StorageOptions storage,
    IConfiguration configuration,
    IServer server,
    IHostApplicationLifetime lifetime,
    ILogger<DemoMarketplace> logger
) : BackgroundService, IStartupTask
{
    /// <summary>False leaves the catalogue with the plugins of the demo's sellers. Default: true.</summary>
    internal const string CatalogueSetting = "Marketplace:DemoCatalogue";

    private const int Attempts = 5;
    private const int MarketBatch = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>A demo plugin's redirect URI; nothing needs to listen there.</summary>
    private static readonly Uri RedirectUri = new("http://127.0.0.1:5099/callback");

    /// <summary>One client per role; no production store may contain them.</summary>
    internal static readonly (string Id, string Role)[] PlatformClients =
    [
        ("demo-platform", ClientRoles.Platform),
        ("demo-seller-center", ClientRoles.SellerCenter),
        ("demo-operator", ClientRoles.Operator),
        ("demo-entity-reviewer", ClientRoles.EntityReviewer),
        ("demo-security-reviewer", ClientRoles.SecurityReviewer),
        ("demo-business-reviewer", ClientRoles.BusinessReviewer),
    ];

    // Clients created by this process, in any attempt.
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    public string Name => "demo marketplace";

    public bool IsDone { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.WaitForStart(stoppingToken);
        DemoDocument? demo = null;
        if (!await Complete(async token => demo = await Make(token), stoppingToken))
        {
            return;
        }

        IsDone = true;
        DemoBanner.Write(demo!, storage.DataFolder);

        if (configuration.GetValue(CatalogueSetting, true))
        {
            // Last, because the first calls need none of them.
            await Complete(SeedMarket, stoppingToken);
        }
    }

    /// <summary>Runs a part until it succeeds; after too many attempts it stops the program and answers false.</summary>
    private async Task<bool> Complete(Func<CancellationToken, Task> make, CancellationToken stoppingToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await make(stoppingToken);
                return true;
            }
            catch (Exception e) when (attempt < Attempts && !stoppingToken.IsCancellationRequested)
            {
                // A busy machine or a slow store: the steps are idempotent, so retry.
                LogAgain(e, attempt);
                await Task.Delay(Pause, TimeProvider.System, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailure(e);
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return false;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The demo marketplace is not complete yet (attempt {Attempt}).")]
    private partial void LogAgain(Exception exception, int attempt);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Could not create the demo marketplace.")]
    private partial void LogFailure(Exception exception);

    private async Task<DemoDocument> Make(CancellationToken cancellationToken)
    {
        await SeedCatalogue(cancellationToken);
        await DemoOrders.Seed(services, cancellationToken);
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/');
        var file = new DemoFile(storage.DataFolder);
        return await file.Update(address, await SeedClients(file, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Registers the plugins that only fill the catalogue; the last one after all others, so that it shows that they are there.
    /// </summary>
    private async Task SeedMarket(CancellationToken cancellationToken)
    {
        var plugins = DemoMarket.Plugins;
        if (await grains.GetGrain<IPluginGrain>(GrainKeys.Of(plugins[^1].Id)).Get(cancellationToken) is null)
        {
            foreach (var batch in plugins[..^1].Chunk(MarketBatch))
            {
                await Task.WhenAll(batch.Select(plugin => Register(plugin, cancellationToken)));
            }

            await Register(plugins[^1], cancellationToken);
        }
    }

    private async Task Register(PluginProfile plugin, CancellationToken cancellationToken)
    {
        var by = new Initiator(ActorId.Parse("demo"), OperationId.Parse($"demo-register-{plugin.Id}-{plugin.Manifest.Version}"));
        await grains.GetGrain<IPluginGrain>(GrainKeys.Of(plugin.Id)).Register(plugin, by, cancellationToken);
    }

    private async Task SeedCatalogue(CancellationToken cancellationToken)
    {
        foreach (var plugin in DemoCatalogue.Plugins)
        {
            await Register(plugin, cancellationToken);
        }

        foreach (var (id, grants) in DemoCatalogue.Installations)
        {
            // After the first start it belongs to the tester, even if disabled; the enterprise's verification may arrive before the
            // consent.
            var state = (await grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Get(cancellationToken))?.State;
            if (state is null or { Disabling: null, Entity: null } or { Disabling: null, Consent: null })
            {
                await enabling.Run(
                    id,
                    grants,
                    new Initiator(ActorId.Parse("demo"), OperationId.Parse($"demo-{id.Plugin}")),
                    cancellationToken
                );
            }
        }
    }

    /// <summary>The clients with their secrets: newly created, or read from the file of the first start.</summary>
    private async Task<IReadOnlyList<DemoClient>> SeedClients(DemoFile file, CancellationToken cancellationToken)
    {
        var known = await file.ReadSecrets(cancellationToken);
        var wanted = PlatformClients
            .Select(client => (client.Id, client.Role, Plugin: (string?)null))
            .Concat(DemoCatalogue.Plugins.Select(plugin => ($"plugin-{plugin.Id}", ClientRoles.Plugin, (string?)plugin.Id.Value)));
        var made = new List<DemoClient>();
        foreach (var (id, role, plugin) in wanted)
        {
            var secret = plugin is null
                ? await clients.EnsureClient(id, role, plugin, cancellationToken)
                : await clients.EnsureClient(id, role, plugin, [RedirectUri], cancellationToken);
            var isNew = secret is not null ? _made.Add(id) : _made.Contains(id);
            made.Add(new DemoClient(id, secret ?? known.GetValueOrDefault(id), role, plugin, plugin is null ? null : RedirectUri, isNew));
            if (secret is not null)
            {
                // The registry returns a secret only once: save it before the next step can fail.
                await file.Keep(made, cancellationToken);
            }
        }

        return made;
    }
}

internal static class DemoSetup
{
    public static void AddDemoMarketplace(this WebApplicationBuilder builder)
    {
        // Loopback without TLS is for the demo; production sets an issuer, terminates TLS in front, and posts to public addresses only.
        builder.Configuration.AddInMemoryCollection([
            new("Marketplace:Identity:AllowHttp", "true"),
            new("Marketplace:Webhooks:AllowLoopback", "true"),
        ]);
        builder.Services.AddDemoIssuer(DemoCatalogue.Sellers);
        builder.Services.AddDemoInstallations();
        builder.Services.AddSingleton<DemoMarketplace>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<DemoMarketplace>());
        builder.Services.AddSingleton<IStartupTask>(provider => provider.GetRequiredService<DemoMarketplace>());
    }
}
