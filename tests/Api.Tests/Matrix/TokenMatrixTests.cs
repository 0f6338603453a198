using Marketplace.Identity;

namespace Marketplace.Api.Tests.Matrix;

/// <summary>Every endpoint with every kind of wrong token: refused with the right problem, and nothing changed.</summary>
public class TokenMatrixTests(TestMarketplace marketplace) : IAsyncLifetime
{
    private static readonly string[] Roles =
    [
        "platform",
        "seller-center",
        "operator",
        "plugin",
        "plugin-client",
        "seller-user",
        "entity-reviewer",
        "security-reviewer",
        "business-reviewer",
        "developer-user",
        "operator-user",
        "entity-reviewer-user",
        "security-reviewer-user",
        "business-reviewer-user",
    ];

    private MarketplaceClient Client => marketplace.Client;

    public async ValueTask InitializeAsync() => await MatrixSeller.Make(marketplace);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public Task Without_a_token_it_is_refused() => AllRefuse(401, "token-missing", _ => [null]);

    [Theory]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJyb2xlIjoib3BlcmF0b3IifQ.")]
    [InlineData("ÿÿÿ")]
    public Task With_garbage_for_a_token_it_is_refused(string token) => AllRefuse(401, "token-invalid", _ => [token]);

    [Fact]
    public async Task With_a_token_of_another_role_it_is_refused()
    {
        var tokens = new Dictionary<string, string>();
        foreach (var role in Roles)
        {
            tokens[role] = await Token(role);
        }

        await AllRefuse(403, "role-forbidden", row => Roles.Where(role => !row.Accepts(role)).Select(role => tokens[role]));
    }

    [Fact]
    public Task With_an_expired_token_it_is_refused() => AllRefuse(401, "token-expired", row => [marketplace.ExpiredToken(row.Role!)]);

    [Fact]
    public async Task With_a_revoked_token_it_is_refused()
    {
        var tokens = new Dictionary<string, string>();
        foreach (var role in Roles)
        {
            var installation = role == "plugin" ? EndpointTable.Installation : null;
            tokens[role] = await marketplace.FreshToken(role, installation);
            await marketplace.Revoke(tokens[role], role, installation);
        }

        await AllRefuse(401, "token-revoked", row => [tokens[row.Role!]]);
    }

    [Fact]
    public async Task With_a_tampered_token_it_is_refused()
    {
        var token = await Client.OperatorToken();
        var tampered = $"{token[..^2]}{(token[^2] == 'A' ? 'B' : 'A')}{token[^1]}";

        await AllRefuse(401, "token-invalid", _ => [tampered]);
    }

    [Fact]
    public async Task Without_the_scope_a_plugin_is_refused_though_its_token_had_it()
    {
        var installation = await marketplace.NewInstallation();
        var token = await Client.PluginToken(installation);
        await Client.SetGrants(installation);

        await AllRefuse(403, "scope-missing", _ => [token], row => row.IsQuotaChecked);
    }

    [Fact]
    public async Task While_paused_a_plugin_is_refused()
    {
        var installation = await marketplace.NewInstallation();
        var token = await Client.PluginToken(installation);
        await Client.Pause(installation, "matrix");

        await AllRefuse(403, "installation-paused", _ => [token], row => row.IsQuotaChecked);
    }

    [Fact]
    public async Task Another_sellers_installation_sees_and_changes_nothing()
    {
        var foreign = await marketplace.NewInstallation();
        var token = await Client.PluginToken(foreign);
        var before = await LogExports.ReadAll(Client);
        foreach (
            var row in EndpointTable.Rows.Where(row =>
                row is { IsQuotaChecked: true, IsUpstream: false } && row.Path.Contains("matrix", StringComparison.Ordinal)
            )
        )
        {
            var answer = await Send(row, token);
            answer.Answer.IsProblem(row.Name);
            Assert.Equal(404, answer.Status);
        }

        foreach (var list in new[] { "orders", "products" })
        {
            Assert.Empty((await Client.Get(foreign, list)).OrThrow().Json.GetProperty(list).EnumerateArray());
        }

        var after = await LogExports.ReadAll(Client);
        Assert.Equal((before.Feed, before.Journal), (after.Feed, after.Journal));
        Assert.Equal(before.LedgerOf(EndpointTable.Installation), after.LedgerOf(EndpointTable.Installation));
    }

    private Task<string> Token(string role) =>
        role switch
        {
            "plugin" => Client.PluginToken(EndpointTable.Installation),
            "plugin-client" => marketplace.FreshToken(role),
            "seller-user" => Client.UserToken(EndpointTable.Seller),
            _ when ClientRoles.IsPerson(role) => marketplace.FreshToken(role),
            _ => Client.Token(Client.Demo.Clients.First(client => client.Role == role)),
        };

    private async Task AllRefuse(
        int status,
        string code,
        Func<EndpointRow, IEnumerable<string?>> tokens,
        Func<EndpointRow, bool>? which = null
    )
    {
        var before = await LogExports.ReadAll(Client);
        foreach (var row in EndpointTable.Protected.Where(which ?? (_ => true)))
        {
            foreach (var token in tokens(row))
            {
                var answer = await Send(row, token);
                answer.IsProblem(status, code, row.Name);
                Assert.Null(answer.Answer.Receipt);
                Assert.Equal(status == 401 || code == "scope-missing", answer.Headers.WwwAuthenticate.Count > 0);
            }
        }

        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    private Task<Exchange> Send(EndpointRow row, string? token) => marketplace.Http.Raw(row.Method, row.Path, token, row.Bytes);
}
