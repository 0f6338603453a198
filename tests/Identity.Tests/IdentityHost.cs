using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Duende.IdentityModel.Client;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Clients;
using Marketplace.Identity.Clients;
using Marketplace.Identity.Consent;
using Marketplace.Identity.Store;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Identity.Tests;

/// <summary>The identity feature alone behind Kestrel on a free loopback port.</summary>
internal sealed class IdentityHost : IAsyncDisposable
{
    /// <summary>Answers whether the authentication middleware saw the request; as any path of the product.</summary>
    public const string PathOfOthers = "/authentication";

    /// <summary>The same among the authorization server's own paths.</summary>
    public const string PathOfServer = "/connect/authentication";

    private readonly WebApplication _app;

    private IdentityHost(WebApplication app, FakeTimeProvider time, Installations installations, StoreProbe probe)
    {
        _app = app;
        Time = time;
        Installations = installations;
        Probe = probe;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public FakeTimeProvider Time { get; }

    public Installations Installations { get; }

    public StoreProbe Probe { get; }

    public IServiceProvider Services => _app.Services;

    public TokenAuthenticator Authenticator => Services.GetRequiredService<TokenAuthenticator>();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public static Task<IdentityHost> Start(
        IdentityStore store,
        FakeTimeProvider? time = null,
        params (string Key, string Value)[] settings
    ) => Start(store, time, [], settings);

    /// <summary>With settings of the section <c>Marketplace:SellerIdentity</c>.</summary>
    public static Task<IdentityHost> StartWithSellers(
        IdentityStore store,
        (string Key, string Value)[] sellers,
        params (string Key, string Value)[] settings
    ) => Start(store, null, sellers, settings);

    private static async Task<IdentityHost> Start(
        IdentityStore store,
        FakeTimeProvider? time,
        (string Key, string Value)[] sellers,
        (string Key, string Value)[] settings
    )
    {
        time ??= new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero));
        var installations = new Installations();
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration["Marketplace:Identity:AllowHttp"] = "true";
        foreach (var (key, value) in settings)
        {
            builder.Configuration[$"Marketplace:Identity:{key}"] = value;
        }

        foreach (var (key, value) in sellers)
        {
            builder.Configuration[$"Marketplace:SellerIdentity:{key}"] = value;
        }

        builder.Services.AddKeyedSingleton<TimeProvider>(IdentityNames.Clock, time);
        builder.Services.AddSingleton<IInstallationDirectory>(installations);
        builder.Services.AddSingleton<IPluginStops>(installations);
        builder.Services.AddSingleton<ITokenRevocations>(installations);
        builder.Services.AddSingleton<ISellerConsents>(installations);
        builder.Services.AddSingleton<IClientFacts>(installations);
        builder.Services.AddSingleton<IProblemWriter, Problems>();
        builder.Services.AddMarketplaceIdentity(store, builder.Configuration);

        var probe = new StoreProbe();
        builder.Services.ConfigureDbContext<IdentityContext>(context => context.AddInterceptors(probe));

        var app = builder.Build();
        app.UseMarketplaceIdentity();
        app.MapMarketplaceIdentity();
        foreach (var role in new[] { "platform", "seller-center", "operator", "plugin", "seller-user", "entity-reviewer", "seller" })
        {
            app.MapGet($"/as/{role}", (HttpContext context) => context.User.FindFirst("sub")!.Value).RequireAuthorization(role);
        }

        foreach (var path in new[] { PathOfOthers, PathOfServer })
        {
            app.MapGet(path, (HttpContext context) => context.Features.Get<IAuthenticationFeature>() is null ? "passed by" : "offered");
        }

        await app.StartAsync(Ended);
        return new IdentityHost(app, time, installations, probe);
    }

    /// <summary>Makes a client and hands back its secret.</summary>
    public async Task<string> Client(string id, string role, string? plugin = null) =>
        await Services
            .GetRequiredService<IClientRegistry>()
            .EnsureClient(id, role, plugin, plugin is null ? [] : [new Uri("http://127.0.0.1:5099/callback")], Ended)
        ?? throw new InvalidOperationException($"{id} was there already.");

    public async Task<DiscoveryDocumentResponse> Discover()
    {
        var document = await Http.GetDiscoveryDocumentAsync(Address.ToString(), Ended);
        Assert.False(document.IsError, document.Error);
        return document;
    }

    public async Task<TokenResponse> Ask(string id, string secret, string? installation = null)
    {
        using var request = new ClientCredentialsTokenRequest
        {
            Address = "connect/token",
            ClientId = id,
            ClientSecret = secret,
            ClientCredentialStyle = ClientCredentialStyle.PostBody,
        };
        if (installation is not null)
        {
            request.Parameters.Add("installation", installation);
        }

        return await Http.RequestClientCredentialsTokenAsync(request, Ended);
    }

    public async Task<string> Token(string id, string secret, string? installation = null)
    {
        var answer = await Ask(id, secret, installation);
        Assert.False(answer.IsError, $"{answer.Error}: {answer.ErrorDescription}");
        return answer.AccessToken!;
    }

    /// <summary>What the server says of a token to this client.</summary>
    public async Task<JsonElement> Introspect(string id, string secret, string token)
    {
        using var request = new TokenIntrospectionRequest
        {
            Address = "connect/introspect",
            ClientId = id,
            ClientSecret = secret,
            Token = token,
        };
        var answer = await Http.IntrospectTokenAsync(request, Ended);
        Assert.False(answer.IsError, answer.Error);
        return answer.Json!.Value;
    }

    public async Task<(HttpStatusCode Status, string Body, HttpResponseMessage Response)> Get(
        string path,
        string? token,
        params (string, string)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
        {
            request.SetBearerToken(token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await Http.SendAsync(request, Ended);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Ended), response);
    }

    public ValueTask<TokenResult> Authenticate(string token) => Authenticator.Authenticate($"Bearer {token}", Ended);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class Problems : IProblemWriter
    {
        public Task Write(HttpContext context, string code, string? detail)
        {
            context.Response.StatusCode = code switch
            {
                "role-forbidden" => 403,
                "storage-unavailable" => 503,
                _ => 401,
            };
            return context.Response.WriteAsync(code);
        }
    }
}

/// <summary>The installations there are, and what they were told.</summary>
internal sealed class Installations : IInstallationDirectory, IPluginStops, ITokenRevocations, ISellerConsents, IClientFacts
{
    /// <summary>Why plugins are stopped, by id.</summary>
    public ConcurrentDictionary<string, string> Stopped { get; } = new();

    public ValueTask<string?> WhyStopped(string plugin, CancellationToken cancellationToken) => new(Stopped.GetValueOrDefault(plugin));

    /// <summary>The facts of clients that were slowed.</summary>
    public ConcurrentQueue<(string Client, string Door, string? Address)> Slowed { get; } = new();

    public ValueTask SecretsRefused(string clientId, string door, string? address, CancellationToken cancellationToken)
    {
        Slowed.Enqueue((clientId, door, address));
        return ValueTask.CompletedTask;
    }

    /// <summary>The operations that ended sessions of clients, in the order of their coming.</summary>
    public ConcurrentQueue<OperationId> Ended { get; } = new();

    public ValueTask SessionsEnded(string clientId, Initiator by, CancellationToken cancellationToken)
    {
        Ended.Enqueue(by.OperationId);
        return ValueTask.CompletedTask;
    }

    /// <summary>The clients whose secret was changed.</summary>
    public ConcurrentQueue<(string Client, string? Address)> SecretChanges { get; } = new();

    public ValueTask SecretChanged(string clientId, string? address, CancellationToken cancellationToken)
    {
        SecretChanges.Enqueue((clientId, address));
        return ValueTask.CompletedTask;
    }

    public ValueTask KeyRotated(ActorId actor, string? address, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>What administrators changed of clients, each operation once.</summary>
    public ConcurrentQueue<(string Client, ClientChanged Changed, Initiator By)> Changes { get; } = new();

    public ValueTask Changed(string clientId, ClientChanged changed, Initiator by, CancellationToken cancellationToken)
    {
        if (Changes.All(known => known.By.OperationId != by.OperationId))
        {
            Changes.Enqueue((clientId, changed, by));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>What sellers consented to, with the operation that did it.</summary>
    public ConcurrentQueue<(InstallationId Installation, ImmutableArray<string> Scopes, Initiator By)> Consents { get; } = new();

    public ValueTask<ConsentDocument?> Document(InstallationId installation, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ConsentDocument?>(
            ConsentDocument.Of(installation, null, Plugin(installation.Plugin), DateTimeOffset.UnixEpoch)
        );

    public ValueTask<DateTimeOffset?> EnabledSince(InstallationId installation, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DateTimeOffset?>(DateTimeOffset.UnixEpoch);

    public ValueTask<Outcome<DateTimeOffset>> Give(
        InstallationId installation,
        InstallationCommand.Consent consent,
        Initiator by,
        CancellationToken cancellationToken
    )
    {
        Consents.Enqueue((installation, consent.Scopes, by));
        return ValueTask.FromResult<Outcome<DateTimeOffset>>(DateTimeOffset.UnixEpoch);
    }

    public ValueTask<ImmutableArray<GrantEnd>> Ends(InstallationId installation, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ImmutableArray<GrantEnd>>([new GrantEnd("orders.read", RiskLevel.R1, DateTimeOffset.MaxValue)]);

    private static PluginProfile Plugin(PluginId id) =>
        new(id, id.Value, PluginCategory.Logistics, true, ["orders.read"], PriceBook.Standard, BurstLimit.Standard, DataRegion.Parse("cn"));

    public HashSet<string> Existing { get; } = new(StringComparer.Ordinal) { "seller-1/labels", "seller-2/labels", "seller-1/prices" };

    public ConcurrentQueue<(string Installation, string TokenId, DateTimeOffset ExpiresAt, ActorId Actor)> Reported { get; } = new();

    public bool Away { get; set; }

    public ValueTask<DateTimeOffset?> LastEnabled(string installation, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Existing.Contains(installation) ? DateTimeOffset.UnixEpoch : (DateTimeOffset?)null);

    public ValueTask Revoked(
        string installation,
        string tokenId,
        DateTimeOffset expiresAt,
        ActorId actor,
        CancellationToken cancellationToken
    )
    {
        if (Away)
        {
            throw new TimeoutException("The installation does not answer.");
        }

        Reported.Enqueue((installation, tokenId, expiresAt, actor));
        return ValueTask.CompletedTask;
    }
}
