using System.Data.Common;
using System.Net;
using Marketplace.Identity.RefreshTokens;
using Marketplace.Identity.Store;
using Marketplace.TestKit;
using Marketplace.TestKit.Client;
using Marketplace.TestKit.Processes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Identity.Tests;

/// <summary>The life of refresh tokens where time, a restart or an installation out of reach matter.</summary>
public class RefreshFamilyTests : IdentityTest
{
    // A jump of many days would else be thousands of rounds.
    private static readonly (string, string)[] SeldomMaintained =
    [
        ("MaintenanceInterval", "12:00:00"),
        ("SigningKeyActivationDelay", "13:00:00"),
    ];

    private readonly TestIssuer _issuer = new();
    private readonly Dictionary<IdentityHost, string> _secrets = [];

    [Fact]
    public async Task A_refresh_token_lives_ninety_days_from_its_own_issue()
    {
        await using var host = await Host();
        var (plugin, first) = await Authorized(host);

        host.Time.Advance(TimeSpan.FromDays(90) - TimeSpan.FromSeconds(1));
        var second = (await plugin.Refresh(first)).OrThrow().Json.GetProperty("refresh_token").GetString()!;
        host.Time.Advance(TimeSpan.FromSeconds(1));
        IsRefused(await plugin.Refresh(first), "invalid_grant");
        host.Time.Advance(TimeSpan.FromDays(89));
        Assert.True((await plugin.Refresh(second)).IsSuccess);
        host.Time.Advance(TimeSpan.FromDays(90));
        IsRefused(await plugin.Refresh(second), "invalid_grant");
    }

    [Fact]
    public async Task A_code_lives_two_minutes()
    {
        await using var host = await Host();
        var (plugin, code) = await Consented(host);

        host.Time.Advance(TimeSpan.FromSeconds(121));

        IsRefused(await plugin.Redeem(code), "invalid_grant");
    }

    [Fact]
    public async Task Another_process_goes_on_with_codes_and_refresh_tokens()
    {
        await using var here = await Host();
        var (plugin, code) = await Consented(here);
        await using var there = await IdentityHost.StartWithSellers(Store, _issuer.Settings, SeldomMaintained);
        var elsewhere = new PluginAuthorization(there.Http, Plugin(await Secret(here))) { Verifier = plugin.Verifier };

        var first = (await elsewhere.Redeem(code)).OrThrow().Json.GetProperty("refresh_token").GetString()!;
        var second = (await plugin.Refresh(first)).OrThrow().Json.GetProperty("refresh_token").GetString()!;
        Assert.True((await elsewhere.Refresh(second)).IsSuccess);
        IsRefused(await plugin.Refresh(first), "invalid_grant");
        IsRefused(await elsewhere.Refresh(second), "invalid_grant");
    }

    [Fact]
    public async Task A_replay_of_which_the_installation_did_not_hear_ends_nothing_and_can_be_repeated()
    {
        await using var host = await Host();
        var (plugin, first) = await Authorized(host);
        var second = (await plugin.Refresh(first)).OrThrow().Json.GetProperty("refresh_token").GetString()!;
        var third = (await plugin.Refresh(second)).OrThrow().Json.GetProperty("refresh_token").GetString()!;

        host.Installations.Away = true;
        Assert.Equal(HttpStatusCode.InternalServerError, (await plugin.Refresh(first)).Status);
        host.Installations.Away = false;
        Assert.Empty(host.Installations.Reported);
        IsRefused(await plugin.Refresh(first), "invalid_grant");

        var told = Assert.Single(host.Installations.Reported);
        Assert.Equal(("seller-1/labels", "plugin-labels"), (told.Installation, told.Actor.Value));
        Assert.True(told.ExpiresAt > host.Time.GetUtcNow().AddHours(1));
        IsRefused(await plugin.Refresh(third), "invalid_grant");
        IsRefused(await plugin.Refresh(first), "invalid_grant");
        Assert.Single(host.Installations.Reported);
    }

    [Fact]
    public async Task Living_families_outlast_maintenance_and_dead_ones_do_not()
    {
        await using var host = await Host();
        var (plugin, living) = await Authorized(host);
        var (_, dead) = await Authorized(host, plugin);
        Assert.True((await plugin.Revoke(dead)).IsSuccess);

        host.Time.Advance(TimeSpan.FromDays(80));
        await host.Maintain();

        Assert.Equal(1, await CountFamilies(host));
        Assert.True((await plugin.Refresh(living)).IsSuccess);
        host.Time.Advance(TimeSpan.FromDays(91));
        await host.Maintain();
        await host.Maintain();
        Assert.Equal(0, await CountFamilies(host));
    }

    [Fact]
    public async Task A_store_of_the_release_before_goes_on()
    {
        string secret;
        await using (var before = await IdentityHost.Start(Store))
        {
            secret = await before.Client("plugin-labels", "plugin", "labels");
        }

        await Execute($"""DROP TABLE {Schema}"RefreshFamilies"; DROP TABLE {Schema}"IssuerKeys";""");
        await using var host = await IdentityHost.StartWithSellers(Store, _issuer.Settings, SeldomMaintained);

        var (plugin, code) = await Consented(host, new PluginAuthorization(host.Http, Plugin(secret)));
        Assert.True((await plugin.Redeem(code)).IsSuccess);
    }

    private string Schema => Store is IdentityStore.Sqlite ? "" : "identity.";

    private async Task Execute(string sql)
    {
        await using DbConnection connection = Store switch
        {
            IdentityStore.Sqlite sqlite => new SqliteConnection($"Data Source={sqlite.Path}"),
            IdentityStore.PostgreSql postgreSql => new NpgsqlConnection(postgreSql.ConnectionString),
            _ => throw new NotSupportedException(),
        };
        await connection.OpenAsync(Ended);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Ended);
    }

    private static DemoClient Plugin(string secret) =>
        new("plugin-labels", secret, "plugin", "labels", new Uri("http://127.0.0.1:5099/callback"));

    private static void IsRefused(Answer answer, string error) =>
        Assert.True(answer.Status == HttpStatusCode.BadRequest && answer.Json.GetProperty("error").GetString() == error, answer.ToString());

    private static async Task<int> CountFamilies(IdentityHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return scope.ServiceProvider.GetRequiredService<IdentityContext>().Set<RefreshFamilyRow>().Count();
    }

    private Task<IdentityHost> Host() => IdentityHost.StartWithSellers(Store, _issuer.Settings, SeldomMaintained);

    private async Task<string> Secret(IdentityHost host) =>
        _secrets.TryGetValue(host, out var secret) ? secret : _secrets[host] = await host.Client("plugin-labels", "plugin", "labels");

    private async Task<(PluginAuthorization Plugin, string Refresh)> Authorized(IdentityHost host, PluginAuthorization? by = null)
    {
        var (plugin, code) = await Consented(host, by);
        return (plugin, (await plugin.Redeem(code)).OrThrow().Json.GetProperty("refresh_token").GetString()!);
    }

    private async Task<(PluginAuthorization Plugin, string Code)> Consented(IdentityHost host, PluginAuthorization? by = null)
    {
        var plugin = by ?? new PluginAuthorization(host.Http, Plugin(await Secret(host)));
        var browser = new SellerBrowser(host.Http);
        var signedIn = await browser.PostFrom(
            null,
            "/connect/sign-in",
            [new("subject_token", _issuer.Token(host.Time.GetUtcNow())), new("return", plugin.Address())]
        );
        var page = await browser.Get(signedIn.Location!.OriginalString);
        var back = await browser.Submit("/connect/authorize", page, ("decision", "accept"));
        return (plugin, back.Parameter("code") ?? throw new InvalidOperationException(back.Text));
    }
}

/// <summary>The same on PostgreSQL.</summary>
public class PostgreSqlRefreshFamilyTests(PostgreSqlFixture server) : RefreshFamilyTests, IClassFixture<PostgreSqlFixture>
{
    private protected override async Task<IdentityStore> CreateStore() => new IdentityStore.PostgreSql(await server.CreateDatabase());
}

/// <summary>A PostgreSQL server for one class of tests.</summary>
public sealed class PostgreSqlFixture : IAsyncLifetime
{
    private PostgresServer? _server;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.Create();

    public Task<string> CreateDatabase() => _server!.CreateDatabase();

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _server!.DisposeAsync();
    }
}
