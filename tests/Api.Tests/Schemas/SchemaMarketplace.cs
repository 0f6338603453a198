using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Identity.Clients;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.TestKit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Schemas;

/// <summary>
/// The whole product with plugins that pin schema versions, and a clock of the grains that tests move; of 2024-02 an end is set.
/// </summary>
public sealed class SchemaMarketplace : TestMarketplace
{
    public const string Sunset = "2099-01-01T00:00:00Z";

    private readonly List<DemoClient> _clients = [];
    private readonly Dictionary<string, string?> _pinned = [];

    public ShiftedClock Clock { get; } = new();

    /// <summary>A client that knows the plugins registered so far.</summary>
    public MarketplaceClient Plugins { get; private set; } = null!;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    /// <summary>Registers a plugin, or a further manifest of it.</summary>
    public async Task Register(string id, string? schema, bool certified = true)
    {
        var plugin = PluginId.Parse(id, null);
        _pinned[id] = schema;
        var profile = TestPlugins.All[0] with
        {
            Id = plugin,
            Name = id,
            Certified = certified,
            Manifest = PluginManifest.Undeclared with { Schema = schema },
        };
        await Services
            .GetRequiredService<IGrainFactory>()
            .GetGrain<IPluginGrain>(GrainKeys.Of(plugin))
            .Register(profile, new Initiator(ActorId.Parse("tests"), OperationId.Parse(MarketplaceClient.NewKey())), Ended);
        if (_clients.Exists(client => client.Plugin == id))
        {
            return;
        }

        var secret = await Services.GetRequiredService<IClientRegistry>().EnsureClient($"plugin-{id}", ClientRoles.Plugin, id, Ended);
        _clients.Add(new DemoClient($"plugin-{id}", secret!, ClientRoles.Plugin, id));
        Plugins = new MarketplaceClient(Http, Client.Demo with { Clients = [.. Client.Demo.Clients, .. _clients] });
    }

    /// <summary>An installation of a new seller, with everything granted, of a plugin that pins this version.</summary>
    public async Task<string> Installation(string id, string? schema, string? seller = null)
    {
        if (!_pinned.TryGetValue(id, out var pinned) || pinned != schema)
        {
            await Register(id, schema);
        }

        var installation = $"{seller ?? NewSeller()}/{id}";
        await Plugins.Install(SellerOf(installation), id, [.. TestPlugins.AllScopes]);
        return installation;
    }

    /// <summary>An operator's request below the versions.</summary>
    public async Task<Answer> Versions(HttpMethod method, string path = "", string? key = null) =>
        await Client.Send(method, $"/platform/v1/schema/versions{path}", await Client.OperatorToken(), null, key);

    protected override void Configure(IWebHostBuilder builder)
    {
        // Timers do not follow a clock that is shifted.
        builder.UseSetting("Marketplace:Silo:DeadlinePeriod", "00:00:00.5");
        builder.UseSetting("Marketplace:Sync:SchemaVersions:0:Version", "2024-02");
        builder.UseSetting("Marketplace:Sync:SchemaVersions:0:RetiresAt", Sunset);
        builder.UseSetting("Marketplace:Sync:SchemaVersions:1:Version", "2024-05");
        builder.UseSetting("Marketplace:Sync:SchemaVersions:2:Version", "2026-11");
        builder.ConfigureTestServices(services => services.AddKeyedSingleton<TimeProvider>(Marketplace.TimeProviderNames.Grains, Clock));
    }
}
