using System.Net;
using System.Text;
using Marketplace.Api.Tests.Reference;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Identity.Clients;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.TestKit;
using Marketplace.TestKit.Processes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Api.Tests.Hosting;

/// <summary>
/// The whole product in this process behind real Kestrel, on SQLite in a folder of its own, with the demo marketplace and the tests'
/// plugins.
/// </summary>
public class TestMarketplace : WebApplicationFactory<Marketplace.Silo.SiloOptions>, IAsyncLifetime
{
    private const string UserOf = "matrix-seller";
    private const string DeveloperOf = "matrix-developer";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("api-tests-");
    private readonly ShiftedClock _identityClock = new() { Offset = TimeSpan.FromMinutes(-90) };
    private readonly Dictionary<string, string> _expired = [];
    private int _sellers;

    public CapturedLogs Logs { get; } = new();

    /// <summary>Settings of a marketplace that a test makes for itself; to be filled before it is initialised.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Where this marketplace keeps everything it keeps.</summary>
    public string DataFolder => _folder.FullName;

    public UpstreamServer Upstream { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public MarketplaceClient Client { get; private set; } = null!;

    /// <summary>The clock of tokens and keys.</summary>
    protected ShiftedClock IdentityClock => _identityClock;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        Upstream = await UpstreamServer.Start();
        UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        StartServer();
        var address = Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        };
        Http = new HttpClient(new ContractHandler(sockets)) { BaseAddress = new Uri(address) };
        await Ready();
        var demo = DemoFile.Read(Path.Combine(_folder.FullName, DemoFile.Name));
        Client = new MarketplaceClient(Http, demo with { Clients = [.. demo.Clients, .. await RegisterPlugins()] });

        // The clock was behind until here, so these are expired when it is right.
        await KeepExpiredTokens();
        Client = new MarketplaceClient(Http, Client.Demo);
        _identityClock.Offset = TimeSpan.Zero;
    }

    /// <summary>A seller that no other test knows.</summary>
    public string NewSeller() => FormattableString.Invariant($"seller-{Interlocked.Increment(ref _sellers)}");

    /// <summary>Makes a client that no other test knows and hands back its secret.</summary>
    public async Task<string> NewClient(string id, string role, string? plugin = null) =>
        await Services
            .GetRequiredService<IClientRegistry>()
            .EnsureClient(id, role, plugin, plugin is null ? [] : [TestPlugins.RedirectUri], Ended)
        ?? throw new InvalidOperationException($"{id} was there already.");

    /// <summary>An installation of a new seller with all of the plugin's scopes, or those given.</summary>
    public async Task<string> NewInstallation(string plugin = TestPlugins.Everything, params string[] grants)
    {
        var seller = NewSeller();
        string[] scopes = grants.Length > 0 ? grants : [.. TestPlugins.AllScopes];
        await Client.Install(seller, plugin, scopes);
        return $"{seller}/{plugin}";
    }

    /// <summary>Verifies the enterprise behind an installation without its review.</summary>
    public async Task Verify(string installation)
    {
        var command = new InstallationCommand.AcceptEntity("91440300MA5TESTS0X");
        var by = new Initiator(ActorId.Parse("tests"), OperationId.Parse(MarketplaceClient.NewKey()), null, ActorRole.Platform);
        var outcome = await Grain(installation).Execute(command, by, Ended);
        Assert.Null(outcome.Refusal);
    }

    internal IInstallationGrain Grain(string installation) =>
        Services.GetRequiredService<IGrainFactory>().GetGrain<IInstallationGrain>(GrainKeys.Of(InstallationId.Parse(installation, null)));

    /// <summary>Ends an installation's counter, as it ends when it is idle for long; returns once it has.</summary>
    public async Task EndCounter(string installation)
    {
        var id = InstallationId.Parse(installation, null);
        var grain = Services.GetRequiredService<IGrainFactory>().GetGrain<IQuotaGrain>(GrainKeys.Quota(id));
        await grain.Reload();
        var gate = Services.GetRequiredService<IQuotaGate>();
        await Eventually.Holds(() => gate.PeekHere(id) is null, "the counter has ended");
    }

    /// <summary>A seller's order, acknowledged by the feed.</summary>
    public async Task<string> NewOrder(string installation, DateTimeOffset? at = null)
    {
        var order = $"order-{Guid.NewGuid():N}";
        (await Client.SendEvents([CloudEvents.OrderCreated(SellerOf(installation), order, at)])).OrThrowIfRejected();
        return order;
    }

    /// <summary>What names a token in logs.</summary>
    public async Task<string> NameOf(string token)
    {
        var result = await Services.GetRequiredService<TokenAuthenticator>().AuthenticateToken(token.AsMemory(), Ended);
        return result.Caller?.TokenId ?? result.TokenId!;
    }

    /// <summary>A token of this role that expired half an hour ago.</summary>
    public string ExpiredToken(string role) => _expired[role];

    /// <summary>A fresh token of a plugin's client, bound to no installation.</summary>
    public async Task<string> PluginClientToken(string plugin)
    {
        var client = Client.Demo.ClientOf(plugin);
        return (await Client.RequestToken(client.Id, client.Secret, null)).OrThrow().Json.GetProperty("access_token").GetString()!;
    }

    /// <summary>A fresh token of this role's client, which other tests do not use.</summary>
    public async Task<string> FreshToken(string role, string? installation = null)
    {
        if (role == ClientRoles.SellerUser)
        {
            var exchange = await Client.Exchange(await Client.SubjectToken(UserOf));
            return exchange.OrThrow().Json.GetProperty("access_token").GetString()!;
        }

        if (role == ClientRoles.DeveloperUser)
        {
            return await Client.DeveloperToken(DeveloperOf);
        }

        if (ClientRoles.IsPerson(role))
        {
            return await Client.StaffToken(role);
        }

        var client = ClientOf(role, installation);
        return (await Client.RequestToken(client.Id, client.Secret, installation)).OrThrow().Json.GetProperty("access_token").GetString()!;
    }

    public async Task Revoke(string token, string role, string? installation = null)
    {
        var client = ClientOf(role, installation);
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["client_id"] = client.Id,
                ["client_secret"] = client.Secret,
                ["token"] = token,
            }
        );
        using var response = await Http.PostAsync(new Uri("/connect/revoke", UriKind.Relative), form, Ended);
        response.EnsureSuccessStatusCode();
    }

    public static string SellerOf(string installation) => installation.Split('/')[0];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Http.Dispose();
        await Upstream.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await Eventually.Holds(TryDeleteFolder, "the store's folder is deleted");
        Logs.Dispose();
        GC.SuppressFinalize(this);
    }

    // A connection that closes late takes its write-ahead log away while the folder is read, or puts it back.
    private bool TryDeleteFolder()
    {
        try
        {
            _folder.Delete(recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return !Directory.Exists(_folder.FullName);
        }
        catch (IOException)
        {
            return false;
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        builder.UseSetting("Marketplace:Demo", "true");
        builder.UseSetting("Marketplace:DataFolder", _folder.FullName);
        foreach (var (key, value) in UpstreamSettings.For(Upstream.Address, $"http://127.0.0.1:{FreePort.Next()}"))
        {
            builder.UseSetting(key, value);
        }

        foreach (var (key, value) in Settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Logs));
        builder.ConfigureTestServices(services => services.AddKeyedSingleton<TimeProvider>(IdentityNames.Clock, _identityClock));
        Configure(builder);
    }

    /// <summary>What a marketplace of particular tests has otherwise.</summary>
    protected virtual void Configure(IWebHostBuilder builder) { }

    private DemoClient ClientOf(string role, string? installation) =>
        ClientRoles.IsPerson(role) ? ClientOf(ClientRoles.SellerCenter, null)
        : role == ClientRoles.PluginClient ? Client.Demo.ClientOf(TestPlugins.Unused)
        : installation is null ? Client.Demo.Clients.First(client => client.Role == role)
        : Client.Demo.ClientOf(installation.Split('/')[1]);

    private async Task Ready() =>
        await Eventually.Get(
            async () =>
            {
                using var answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative), Ended);
                return answer.StatusCode;
            },
            status => status == HttpStatusCode.OK,
            "the marketplace is ready"
        );

    private async Task<IReadOnlyList<DemoClient>> RegisterPlugins()
    {
        var clients = new List<DemoClient>();
        foreach (var plugin in TestPlugins.All)
        {
            await Services
                .GetRequiredService<IGrainFactory>()
                .GetGrain<IPluginGrain>(GrainKeys.Of(plugin.Id))
                .Register(plugin, new Initiator(ActorId.Parse("tests"), OperationId.Parse("register")), Ended);
            var id = $"plugin-{plugin.Id}";
            var secret = await Services
                .GetRequiredService<IClientRegistry>()
                .EnsureClient(id, ClientRoles.Plugin, plugin.Id.Value, [TestPlugins.RedirectUri], Ended);
            clients.Add(new DemoClient(id, secret!, ClientRoles.Plugin, plugin.Id.Value, TestPlugins.RedirectUri));
        }

        return clients;
    }

    private async Task KeepExpiredTokens()
    {
        foreach (
            var role in new[]
            {
                ClientRoles.Platform,
                ClientRoles.SellerCenter,
                ClientRoles.Operator,
                ClientRoles.SellerUser,
                ClientRoles.EntityReviewer,
                ClientRoles.SecurityReviewer,
                ClientRoles.BusinessReviewer,
                ClientRoles.DeveloperUser,
                ClientRoles.PluginClient,
            }
        )
        {
            _expired[role] = await FreshToken(role);
        }

        // Seller Center's own token is expired here, too, so an installation of the demo serves.
        var installation = Client.Demo.Installations[0];
        _expired[ClientRoles.Plugin] = await FreshToken(ClientRoles.Plugin, installation);
    }
}
