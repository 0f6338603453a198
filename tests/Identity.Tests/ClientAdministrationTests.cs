using Marketplace.Clients;
using Marketplace.Identity.Clients;
using Marketplace.Identity.Store;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Identity.Tests;

/// <summary>What an administrator may do with clients, on the store alone and beside a running server.</summary>
public class ClientAdministrationTests : IdentityTest
{
    private static readonly Uri Callback = new("https://plugin.example/callback");

    private static ClientChanger Operator { get; } = new(ActorId.Parse("an-operator"), "10.0.0.7");

    [Fact]
    public async Task A_created_client_gets_tokens_and_its_id_is_taken()
    {
        await using var host = await IdentityHost.Start(Store);
        var client = new NewClient("labels-1", "plugin", "labels", [Callback]);

        var created = await Clients(host).Create(client, Operator, Ended);
        var again = await Clients(host).Create(client, Operator, Ended);

        await host.Token("labels-1", created.Value!, "seller-1/labels");
        Assert.Equal(ClientRefusals.ClientExists, again.Refusal!.Code);
        var found = await Clients(host).Find("labels-1", Ended);
        Assert.Equal(
            ("labels-1", "plugin", "labels", host.Time.GetUtcNow()),
            (found!.Id, found.Role, found.Plugin, found.CreatedAt!.Value)
        );
        Assert.Equal([Callback.OriginalString], found.RedirectUris);
        Assert.Null(await Clients(host).Find("labels-2", Ended));
    }

    [Theory]
    [InlineData("", "platform", null, null)]
    [InlineData("two words", "platform", null, null)]
    [InlineData("with:colon", "platform", null, null)]
    [InlineData("..", "platform", null, null)]
    [InlineData("marketplace", "operator", null, null)]
    [InlineData("Admin-Command", "operator", null, null)]
    [InlineData("a-client", "plugin", "no/plugin", null)]
    [InlineData("a-client", "plugin", "labels", "https://plugin.example/call back")]
    [InlineData("a-client", "emperor", null, null)]
    [InlineData("a-client", "seller-user", null, null)]
    [InlineData("a-client", "plugin", null, null)]
    [InlineData("a-client", "platform", "labels", null)]
    [InlineData("a-client", "platform", null, "https://plugin.example/callback")]
    [InlineData("a-client", "plugin", "labels", "http://plugin.example/callback")]
    [InlineData("a-client", "plugin", "labels", "https://plugin.example/callback#part")]
    public async Task What_a_client_cannot_be_is_refused_and_changes_nothing(string id, string role, string? plugin, string? redirectUri)
    {
        await using var host = await IdentityHost.Start(Store);
        var client = new NewClient(id, role, plugin, redirectUri is null ? [] : [new Uri(redirectUri)]);

        var refused = await Clients(host).Create(client, ClientChanger.Command, Ended);

        Assert.Equal(ClientRefusals.ClientInvalid, refused.Refusal?.Code);
        Assert.Empty(await Clients(host).List(null, null, 10, Ended));
    }

    [Fact]
    public async Task Earlier_secrets_stay_good_for_the_overlap_that_each_was_promised()
    {
        await using var host = await IdentityHost.Start(Store);
        var first = await host.Client("a-client", "platform");
        var second = await Rotate(host, TimeSpan.FromHours(2));
        var third = await Rotate(host, TimeSpan.FromHours(1));

        Assert.Equal((bool[])[true, true, true], await Work(host, first, second, third));
        Assert.Equal(host.Time.GetUtcNow().AddHours(2), (await Clients(host).Find("a-client", Ended))!.EarlierSecretsUntil);
        host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((bool[])[true, false, true], await Work(host, first, second, third));
        host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((bool[])[false, false, true], await Work(host, first, second, third));
        Assert.Null((await Clients(host).Find("a-client", Ended))!.EarlierSecretsUntil);
    }

    [Fact]
    public async Task A_rotation_without_overlap_and_a_change_by_the_client_itself_end_all_earlier_secrets()
    {
        await using var host = await IdentityHost.Start(Store);
        var first = await host.Client("a-client", "platform");
        var second = await Rotate(host, TimeSpan.FromHours(48));
        var third = await Rotate(host, TimeSpan.Zero);
        Assert.Equal((bool[])[false, false, true], await Work(host, first, second, third));

        var fourth = await Rotate(host, TimeSpan.FromHours(48));
        using var form = new FormUrlEncodedContent([new("client_id", "a-client"), new("client_secret", fourth)]);
        using var changed = await host.Http.PostAsync("/connect/client-secret", form, Ended);

        Assert.True(changed.IsSuccessStatusCode);
        Assert.Equal((bool[])[false, false, false], await Work(host, second, third, fourth));
    }

    [Fact]
    public async Task An_earlier_secret_cannot_take_the_client_over()
    {
        await using var host = await IdentityHost.Start(Store);
        var first = await host.Client("a-client", "platform");
        var second = await Rotate(host, TimeSpan.FromHours(48));
        using var form = new FormUrlEncodedContent([new("client_id", "a-client"), new("client_secret", first)]);

        using var refused = await host.Http.PostAsync("/connect/client-secret", form, Ended);

        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Equal((bool[])[true, true], await Work(host, first, second));
    }

    [Fact]
    public async Task Not_more_than_two_earlier_secrets_are_good_at_once()
    {
        await using var host = await IdentityHost.Start(Store);
        var first = await host.Client("a-client", "platform");
        await Rotate(host, TimeSpan.FromHours(48));
        var third = await Rotate(host, TimeSpan.FromHours(48));

        var refused = await Clients(host).RotateSecret("a-client", TimeSpan.FromHours(48), Operator, Ended);

        Assert.Equal(ClientRefusals.ClientSecretsOpen, refused.Refusal?.Code);
        Assert.Equal((bool[])[true, true], await Work(host, first, third));
        var last = await Rotate(host, TimeSpan.Zero);
        Assert.Equal((bool[])[false, false, true], await Work(host, first, third, last));
    }

    [Fact]
    public async Task A_revoked_client_opens_nothing_and_stays_revoked()
    {
        await using var host = await IdentityHost.Start(Store);
        var first = await host.Client("a-client", "platform");
        var second = await Rotate(host, TimeSpan.FromHours(48));

        var revoked = await Clients(host).Revoke("a-client", Operator, Ended);
        var again = await Clients(host).Revoke("a-client", Operator, Ended);
        var rotated = await Clients(host).RotateSecret("a-client", TimeSpan.Zero, Operator, Ended);
        var ensured = await host.Services.GetRequiredService<IClientRegistry>().EnsureClient("a-client", "platform", null, Ended);

        Assert.Equal(host.Time.GetUtcNow(), revoked.Value!.RevokedAt);
        Assert.Equal(revoked.Value.RevokedAt, again.Value!.RevokedAt);
        Assert.Equal((ClientRefusals.ClientRevoked, null), (rotated.Refusal?.Code, ensured));
        Assert.Equal((bool[])[false, false], await Work(host, first, second));
        Assert.Equal(ClientRefusals.ClientNotFound, (await Clients(host).Revoke("nobody", Operator, Ended)).Refusal?.Code);
    }

    [Fact]
    public async Task The_consent_page_of_a_revoked_client_is_not_shown()
    {
        await using var host = await IdentityHost.Start(Store);
        await host.Client("labels-1", "plugin", "labels");
        const string Page =
            "/connect/authorize?client_id=labels-1&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%3A5099%2Fcallback"
            + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&seller=seller-1";
        var before = await host.Get(Page, null);

        await Clients(host).Revoke("labels-1", Operator, Ended);
        var after = await host.Get(Page, null);

        Assert.True((int)before.Status < 400, $"{before.Status}: {before.Body}");
        Assert.True((int)after.Status >= 400, $"{after.Status}: {after.Response.Headers.Location}");
    }

    [Fact]
    public async Task The_redirect_URIs_of_a_plugin_are_replaced_and_other_clients_have_none()
    {
        await using var host = await IdentityHost.Start(Store);
        await host.Client("labels-1", "plugin", "labels");
        await host.Client("the-platform", "platform");

        var changed = await Clients(host).SetRedirectUris("labels-1", [Callback], Operator, Ended);
        var refused = await Clients(host).SetRedirectUris("the-platform", [Callback], Operator, Ended);

        Assert.Equal([Callback.OriginalString], changed.Value!.RedirectUris);
        Assert.Equal(ClientRefusals.ClientInvalid, refused.Refusal?.Code);
    }

    [Fact]
    public async Task Clients_are_listed_page_by_page_and_by_role()
    {
        await using var host = await IdentityHost.Start(Store);
        foreach (var id in new[] { "c-platform", "a-operator", "b-operator" })
        {
            await host.Client(id, id[2..]);
        }

        var page = await Clients(host).List(null, null, 2, Ended);
        var rest = await Clients(host).List(null, page[^1].Id, 2, Ended);
        var operators = await Clients(host).List("operator", null, 10, Ended);

        Assert.Equal(["a-operator", "b-operator"], page.Select(client => client.Id));
        Assert.Equal(["c-platform"], rest.Select(client => client.Id));
        Assert.Equal(["a-operator", "b-operator"], operators.Select(client => client.Id));
    }

    [Fact]
    public async Task Two_rotations_at_once_both_count()
    {
        await using var host = await IdentityHost.Start(Store);
        await using var other = await IdentityHost.Start(Store);
        await host.Client("a-client", "platform");

        var secrets = await Task.WhenAll(Rotate(host, TimeSpan.FromHours(1)), Rotate(other, TimeSpan.FromHours(1)));

        Assert.Equal((bool[])[true, true], await Work(host, secrets));
    }

    [Fact]
    public async Task Every_change_is_recorded_once_with_who_made_it_and_a_revoked_client_has_nothing_open()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = (await Clients(host).Create(new("ops-1", "operator", null, []), ClientChanger.Command, Ended)).Value!;
        var created = host.Time.GetUtcNow();
        var token = await host.Token("ops-1", secret);
        host.Time.Advance(TimeSpan.FromMinutes(2));
        await Clients(host).Revoke("ops-1", Operator, Ended);

        await host.RecordChanges();
        await host.RecordChanges();

        Assert.Equal(
            [
                (ClientChange.Created, "admin-command", null, created),
                (ClientChange.Revoked, "an-operator", "10.0.0.7", host.Time.GetUtcNow()),
            ],
            host.Installations.Changes.Select(change =>
                (change.Changed.Change, change.By.Actor.Value, change.By.Address, change.Changed.ChangedAt)
            )
        );
        host.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(401, (int)(await host.Get("/as/operator", token)).Status);
        Assert.Single(host.Installations.Ended.Distinct());
    }

    [Fact]
    public async Task What_a_client_opened_while_it_was_revoked_is_ended_a_minute_later()
    {
        await using var host = await IdentityHost.Start(Store);
        await host.Client("ops-1", "operator");
        await Clients(host).Revoke("ops-1", Operator, Ended);
        await host.RecordChanges();
        var before = host.Installations.Ended.Count;

        host.Time.Advance(TimeSpan.FromMinutes(1));
        await host.RecordChanges();
        var after = host.Installations.Ended.Count;
        await host.RecordChanges();

        Assert.True(before < after, "It was not ended once more.");
        Assert.Equal(after, host.Installations.Ended.Count);
    }

    private static IClientAdministration Clients(IdentityHost host) => host.Services.GetRequiredService<IClientAdministration>();

    private static async Task<string> Rotate(IdentityHost host, TimeSpan overlap) =>
        (await Clients(host).RotateSecret("a-client", overlap, Operator, Ended)).Value!;

    /// <summary>Which of the secrets of <c>a-client</c> get a token.</summary>
    private static async Task<bool[]> Work(IdentityHost host, params string[] secrets)
    {
        var works = new List<bool>();
        foreach (var secret in secrets)
        {
            works.Add(!(await host.Ask("a-client", secret)).IsError);
        }

        return [.. works];
    }
}

/// <summary>The same on PostgreSQL.</summary>
public class PostgreSqlClientAdministrationTests(PostgreSqlFixture server) : ClientAdministrationTests, IClassFixture<PostgreSqlFixture>
{
    private protected override async Task<IdentityStore> CreateStore() => new IdentityStore.PostgreSql(await server.CreateDatabase());
}
