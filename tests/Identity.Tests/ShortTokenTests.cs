using Duende.IdentityModel.Client;
using Marketplace.Identity.Signing;
using Marketplace.Identity.Store;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.EntityFrameworkCore.Models;

namespace Marketplace.Identity.Tests;

/// <summary>Access tokens are short texts with a seal, and everything else about them is in their rows.</summary>
public class ShortTokenTests : IdentityTest
{
    private const int LongestToken = 64;

    // Rounds of maintenance would read the store, too.
    private static readonly (string, string)[] SeldomMaintained =
    [
        ("MaintenanceInterval", "12:00:00"),
        ("SigningKeyActivationDelay", "13:00:00"),
    ];

    [Fact]
    public async Task A_token_is_short_and_safe_in_a_header()
    {
        await using var host = await IdentityHost.Start(Store);
        var (plugin, platform) = (await Plugin(host), await host.Client("the-platform", "platform"));
        var tokens = new[] { await host.Token("plugin-labels", plugin, "seller-1/labels"), await host.Token("the-platform", platform) };

        Assert.All(tokens, token => Assert.InRange(token.Length, AccessTokenFormat.Length, LongestToken));
        Assert.All(tokens, token => Assert.Matches("^mat\\.[A-Za-z0-9_-]+$", token));
        Assert.NotEqual(tokens[0], tokens[1]);
    }

    [Fact]
    public async Task A_process_that_does_not_know_a_token_reads_the_store_once()
    {
        await using var here = await IdentityHost.Start(Store);
        await using var there = await IdentityHost.Start(Store, here.Time);
        var token = await here.Token("plugin-labels", await Plugin(here), "seller-1/labels");
        await there.Authenticate(await here.Token("the-platform", await here.Client("the-platform", "platform")));
        var before = there.Probe.Reads;

        Assert.Equal(TokenFailure.None, (await there.Authenticate(token)).Failure);
        Assert.Equal(TokenFailure.None, (await there.Authenticate(token)).Failure);

        Assert.Equal(1, there.Probe.Reads - before);
    }

    [Fact]
    public async Task Text_without_our_seal_is_refused_without_a_look_at_the_store()
    {
        await using var host = await IdentityHost.Start(Store);
        var genuine = await host.Token("plugin-labels", await Plugin(host), "seller-1/labels");
        var before = host.Probe.Reads;
        string[] garbage =
        [
            .. Enumerable.Range("mat.".Length, genuine.Length - "mat.".Length).Select(at => Changed(genuine, at)),
            genuine[..^1],
            genuine + "A",
            genuine + "=",
            genuine.ToUpperInvariant(),
            "mat.",
            "mat." + new string('A', AccessTokenFormat.Length - "mat.".Length),
            "mat.a.b",
            "a.b.",
            genuine["mat.".Length..],
            "x." + genuine,
        ];

        foreach (var text in garbage)
        {
            var answer = host.Authenticator.Authenticate($"Bearer {text}", Ended);
            Assert.True(answer.IsCompletedSuccessfully, text);
            Assert.Equal("token-invalid", (await answer).Code);
        }

        Assert.Equal(before, host.Probe.Reads);
        Assert.Equal(TokenFailure.None, (await host.Authenticate(genuine)).Failure);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData(".a.b")]
    [InlineData("..")]
    public async Task Two_dots_do_not_make_a_token(string text)
    {
        await using var host = await IdentityHost.Start(Store);
        var before = host.Probe.Reads;

        Assert.Equal(TokenFailure.Malformed, (await host.Authenticate(text)).Failure);

        Assert.Equal(before, host.Probe.Reads);
    }

    [Fact]
    public async Task A_token_of_another_marketplace_is_garbage()
    {
        var folder = Directory.CreateTempSubdirectory("identity-tests-");
        await using (var other = await IdentityHost.Start(new IdentityStore.Sqlite(Path.Combine(folder.FullName, "identity.db"))))
        {
            await using var host = await IdentityHost.Start(Store);
            var token = await other.Token("the-platform", await other.Client("the-platform", "platform"));
            var before = host.Probe.Reads;

            Assert.Equal(TokenFailure.Invalid, (await host.Authenticate(token)).Failure);
            Assert.Equal(before, host.Probe.Reads);
        }
    }

    [Fact]
    public async Task A_refused_token_is_looked_up_once_in_ten_seconds()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await Plugin(host);
        var token = await host.Token("plugin-labels", secret, "seller-1/labels");
        await Revoke(host, "plugin-labels", secret, token);
        var before = host.Probe.Reads;

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(TokenFailure.Revoked, (await host.Authenticate(token)).Failure);
        }

        Assert.Equal(1, host.Probe.Reads - before);
    }

    [Fact]
    public async Task An_expired_token_names_its_installation_while_its_row_lasts_and_is_not_looked_up_later()
    {
        await using var host = await IdentityHost.Start(Store, null, SeldomMaintained);
        await using var cold = await IdentityHost.Start(Store, host.Time, SeldomMaintained);
        var token = await host.Token("plugin-labels", await Plugin(host), "seller-1/labels");
        var name = (await host.Authenticate(token)).Caller!.TokenId;

        host.Time.Advance(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1));
        await host.Maintain();
        var (early, reads) = (await cold.Authenticate(token), cold.Probe.Reads);
        cold.Time.Advance(TimeSpan.FromSeconds(20));
        await host.Maintain();
        var late = await cold.Authenticate(token);

        Assert.Equal(
            (TokenFailure.Expired, (InstallationId?)InstallationId.Parse("seller-1/labels", null), name),
            (early.Failure, early.Installation, early.TokenId)
        );
        Assert.Equal((TokenFailure.Expired, (InstallationId?)null), (late.Failure, late.Installation));
        Assert.Equal(reads, cold.Probe.Reads);
    }

    [Fact]
    public async Task A_token_without_its_row_is_revoked()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await Plugin(host);
        string[] tokens =
        [
            await host.Token("plugin-labels", secret, "seller-1/labels"),
            await host.EarlierToken("plugin-labels", ("role", "plugin"), ("installation", "seller-1/labels")),
        ];
        await Rows(host, rows => rows.ExecuteDeleteAsync(Ended));

        foreach (var token in tokens)
        {
            Assert.Equal(TokenFailure.Revoked, (await host.Authenticate(token)).Failure);
        }
    }

    [Fact]
    public async Task While_the_store_is_away_known_tokens_go_on_and_unknown_ones_are_not_called_invalid()
    {
        await using var host = await IdentityHost.Start(Store);
        var (plugin, platform) = (await Plugin(host), await host.Client("the-platform", "platform"));
        var known = await host.Token("plugin-labels", plugin, "seller-1/labels");
        var unknown = await host.Token("plugin-labels", plugin, "seller-1/labels");
        var checkedAgain = await host.Token("the-platform", platform);
        await host.Authenticate(known);
        await host.Authenticate(checkedAgain);

        host.Probe.Away = true;
        host.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(TokenFailure.None, (await host.Authenticate(known)).Failure);
        Assert.Equal(TokenFailure.None, (await host.Authenticate(checkedAgain)).Failure);
        Assert.Equal("storage-unavailable", (await host.Authenticate(unknown)).Code);
        Assert.Equal("token-invalid", (await host.Authenticate(Changed(unknown, unknown.Length - 1))).Code);

        host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(TokenFailure.None, (await host.Authenticate(known)).Failure);
        Assert.Equal("storage-unavailable", (await host.Authenticate(checkedAgain)).Code);

        host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("token-expired", (await host.Authenticate(known)).Code);
        Assert.Equal("token-expired", (await host.Authenticate(unknown)).Code);

        host.Probe.Away = false;
        Assert.Equal("token-expired", (await host.Authenticate(unknown)).Code);
    }

    [Fact]
    public async Task Tokens_of_the_build_before_go_on_until_they_expire_and_can_be_revoked()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await Plugin(host);
        (string, string)[] claims = [("role", "plugin"), ("seller", "seller-1"), ("plugin", "labels"), ("installation", "seller-1/labels")];
        var (kept, revoked) = (await host.EarlierToken("plugin-labels", claims), await host.EarlierToken("plugin-labels", claims));

        var caller = (await host.Authenticate(kept)).Caller!;
        Assert.Equal(("plugin", "plugin-labels", "seller-1/labels"), (caller.Role, caller.ClientId, caller.Installation.ToString()));
        Assert.Equal("seller-1/labels", (await host.Introspect("plugin-labels", secret, kept)).GetProperty("installation").GetString());

        await Revoke(host, "plugin-labels", secret, revoked);
        Assert.Equal("seller-1/labels", Assert.Single(host.Installations.Reported).Installation);
        Assert.Equal(TokenFailure.Revoked, (await host.Authenticate(revoked)).Failure);
        Assert.False((await host.Introspect("plugin-labels", secret, revoked)).GetProperty("active").GetBoolean());

        host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TokenFailure.Expired, (await host.Authenticate(kept)).Failure);
    }

    [Fact]
    public async Task Nothing_in_the_store_opens_anything()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await Plugin(host);
        var token = await host.Token("plugin-labels", secret, "seller-1/labels");
        OpenIddictEntityFrameworkCoreToken? row = null;
        await Rows(host, async rows => row = await rows.AsNoTracking().SingleAsync(Ended));

        Assert.DoesNotContain(token, row!.ReferenceId!, StringComparison.Ordinal);
        Assert.DoesNotContain("seller-1", row.Payload!, StringComparison.Ordinal);
        Assert.DoesNotContain('.', row.Payload!);
        foreach (var stolen in new[] { row.ReferenceId!, row.Payload!, row.Id!, "mat." + row.ReferenceId, "mat." + row.Payload })
        {
            Assert.Equal("token-invalid", (await host.Authenticate(stolen)).Code);
            Assert.False((await host.Introspect("plugin-labels", secret, stolen)).GetProperty("active").GetBoolean(), stolen);
        }
    }

    [Fact]
    public async Task A_signed_token_does_not_stand_in_for_a_short_one()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await Plugin(host);
        await host.Token("plugin-labels", secret, "seller-1/labels");
        OpenIddictEntityFrameworkCoreToken? row = null;
        await Rows(host, async rows => row = await rows.AsNoTracking().SingleAsync(Ended));

        var made = await host.EarlierToken(
            "plugin-labels",
            ("role", "plugin"),
            ("installation", "seller-1/labels"),
            ("oi_tkn_id", row!.Id!)
        );

        Assert.NotEqual(TokenFailure.None, (await host.Authenticate(made)).Failure);
        Assert.False((await host.Introspect("plugin-labels", secret, made)).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task A_signature_without_a_row_opens_nothing()
    {
        await using var host = await IdentityHost.Start(Store);
        await Plugin(host);

        var made = await host.EarlierToken("plugin-labels", ("role", "plugin"), ("installation", "seller-1/labels"), ("oi_tkn_id", ""));

        Assert.Equal(TokenFailure.Invalid, (await host.Authenticate(made)).Failure);
    }

    [Fact]
    public async Task The_seal_holds_for_the_whole_text_and_says_when_it_expires()
    {
        await using var host = await IdentityHost.Start(Store);
        var format = host.Services.GetRequiredService<AccessTokenFormat>();
        var end = new DateTimeOffset(2026, 11, 30, 8, 0, 0, 999, TimeSpan.Zero);
        var token = format.Create(end);

        Assert.True(format.TryRead(token, out var expiresAt));
        Assert.Equal(end.AddMilliseconds(-999), expiresAt);
        Assert.NotEqual(token, format.Create(end));

        var unread = new AccessTokenFormat(host.Services.GetRequiredService<MarketplaceSecrets>());
        Assert.Throws<InvalidOperationException>(() => unread.TryRead(token, out _));
        await unread.Load(Ended);
        Assert.True(unread.TryRead(token, out _));
    }

    private static Task<string> Plugin(IdentityHost host) => host.Client("plugin-labels", "plugin", "labels");

    private static string Changed(string token, int at) => token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];

    private static async Task Rows(IdentityHost host, Func<IQueryable<OpenIddictEntityFrameworkCoreToken>, Task> use)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await use(scope.ServiceProvider.GetRequiredService<IdentityContext>().Set<OpenIddictEntityFrameworkCoreToken>());
    }

    private static async Task Revoke(IdentityHost host, string id, string secret, string token)
    {
        using var request = new TokenRevocationRequest
        {
            Address = "connect/revoke",
            ClientId = id,
            ClientSecret = secret,
            Token = token,
        };
        Assert.False((await host.Http.RevokeTokenAsync(request, Ended)).IsError);
    }
}

/// <summary>The same on PostgreSQL.</summary>
public class PostgreSqlShortTokenTests(PostgreSqlFixture server) : ShortTokenTests, IClassFixture<PostgreSqlFixture>
{
    private protected override async Task<IdentityStore> CreateStore() => new IdentityStore.PostgreSql(await server.CreateDatabase());
}
