using Duende.IdentityModel.Client;
using Marketplace.Identity.Clients;
using Marketplace.Identity.Store;
using Marketplace.Identity.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Marketplace.Identity.Tests;

public class SharedStoreTests : IdentityTest
{
    [Fact]
    public async Task A_restart_keeps_clients_keys_and_tokens()
    {
        string secret,
            token;
        string[] keys;
        await using (var first = await IdentityHost.Start(Store))
        {
            secret = await first.Client("the-platform", "platform");
            token = await first.Token("the-platform", secret);
            keys = await KeyIds(first);
        }

        await using var second = await IdentityHost.Start(Store);

        Assert.Null(await second.Services.GetRequiredService<IClientRegistry>().EnsureClient("the-platform", "platform", null, Ended));
        Assert.Equal(keys, await KeyIds(second));
        Assert.Equal(TokenFailure.None, (await second.Authenticate(token)).Failure);
        await second.Token("the-platform", secret);
    }

    [Fact]
    public async Task Hosts_that_start_at_once_on_an_empty_store_share_one_key()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => IdentityHost.Start(Store)));
        try
        {
            var token = await hosts[0].Token("the-platform", await hosts[0].Client("the-platform", "platform"));
            var keys = await KeyIds(hosts[0]);

            Assert.Single(keys);
            foreach (var host in hosts)
            {
                Assert.Equal(keys, await KeyIds(host));
                Assert.Equal(TokenFailure.None, (await host.Authenticate(token)).Failure);
            }
        }
        finally
        {
            foreach (var host in hosts)
            {
                await host.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task A_client_made_by_many_at_once_has_one_secret()
    {
        await using var host = await IdentityHost.Start(Store);
        await using var other = await IdentityHost.Start(Store);
        var registries = new[] { host, other, host, other }.Select(each => each.Services.GetRequiredService<IClientRegistry>());

        var secrets = await Task.WhenAll(registries.Select(registry => registry.EnsureClient("the-platform", "platform", null, Ended)));

        var secret = Assert.Single(secrets, each => each is not null);
        await other.Token("the-platform", secret!);
    }

    [Fact]
    public async Task A_client_cannot_change_its_role_and_a_plugins_client_names_its_plugin()
    {
        await using var host = await IdentityHost.Start(Store);
        var registry = host.Services.GetRequiredService<IClientRegistry>();
        await host.Client("a-client", "platform");

        await Assert.ThrowsAsync<InvalidOperationException>(() => registry.EnsureClient("a-client", "operator", null, Ended));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.EnsureClient("b-client", "plugin", null, Ended));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.EnsureClient("b-client", "platform", "labels", Ended));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.EnsureClient("b-client", "emperor", null, Ended));
    }

    [Fact]
    public async Task A_new_key_is_published_first_and_signs_later_and_the_old_one_goes_on_verifying()
    {
        await using var host = await IdentityHost.Start(Store);
        await using var other = await IdentityHost.Start(Store, host.Time);
        await host.Client("the-platform", "platform");
        var old = await host.EarlierToken("the-platform", ("role", "platform"));

        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.Services.GetRequiredService<IdentityDatabase>().RotateSigningKey(Ended);
        var between = await host.EarlierToken("the-platform", ("role", "platform"));
        host.Time.Advance(TimeSpan.FromMinutes(20));
        await host.Maintain();
        await other.Maintain();
        var after = await host.EarlierToken("the-platform", ("role", "platform"));

        Assert.Equal(2, (await KeyIds(host)).Length);
        Assert.Equal(2, (await KeyIds(other)).Length);
        Assert.Equal(new JsonWebToken(old).Kid, new JsonWebToken(between).Kid);
        Assert.NotEqual(new JsonWebToken(old).Kid, new JsonWebToken(after).Kid);
        foreach (var token in new[] { old, between, after })
        {
            Assert.Equal(TokenFailure.None, (await host.Authenticate(token)).Failure);
            Assert.Equal(TokenFailure.None, (await other.Authenticate(token)).Failure);
        }
    }

    [Fact]
    public async Task A_key_that_has_served_its_time_gets_a_successor()
    {
        var first = await IdentityHost.Start(Store);
        await first.Maintain();
        Assert.Single(await KeyIds(first));

        // Stopped before the clock is set: a round of its own would be due then, and could make a successor at the same time.
        await first.DisposeAsync();
        first.Time.Advance(TimeSpan.FromDays(91));
        await using var host = await IdentityHost.Start(Store, first.Time);
        await host.Maintain();

        Assert.Equal(2, (await KeyIds(host)).Length);
    }

    [Fact]
    public async Task Dead_tokens_are_pruned_and_live_ones_kept()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("the-platform", "platform");
        await host.Token("the-platform", secret);
        host.Time.Advance(TimeSpan.FromHours(2));
        var live = await host.Token("the-platform", secret);

        await host.Maintain();
        Assert.Equal(2, await host.CountTokens());
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.Maintain();

        Assert.Equal(1, await host.CountTokens());
        Assert.Equal(TokenFailure.None, (await host.Authenticate(live)).Failure);
    }

    private static async Task<string[]> KeyIds(IdentityHost host)
    {
        var document = await host.Http.GetDiscoveryDocumentAsync(host.Address.ToString(), Ended);
        return [.. document.KeySet!.Keys.Select(key => key.Kid!).Order(StringComparer.Ordinal)];
    }
}
