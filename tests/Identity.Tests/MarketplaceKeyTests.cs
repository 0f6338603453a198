using System.Text;
using Marketplace.Identity.Signing;
using Marketplace.Identity.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NSec.Cryptography;

namespace Marketplace.Identity.Tests;

/// <summary>The marketplace's own Ed25519 keys, on SQLite.</summary>
public class MarketplaceKeyTests : IdentityTest
{
    private static readonly byte[] Data = Encoding.UTF8.GetBytes("evt_1.1.{}");

    [Fact]
    public async Task The_first_start_makes_a_key_and_a_restart_keeps_it()
    {
        MarketplaceKey made;
        MarketplaceSignature signature;
        await using (var first = await IdentityHost.Start(Store))
        {
            made = Assert.Single(await Signer(first).GetKeys(Ended));
            signature = await Signer(first).Sign(Data, Ended);
        }

        await using var second = await IdentityHost.Start(Store);
        var kept = Assert.Single(await Signer(second).GetKeys(Ended));

        Assert.Matches("^mk_[0-9a-f]{16}$", made.Id);
        Assert.Equal(
            (made.Id, Convert.ToHexString(made.PublicKey.Span), made.Since),
            (kept.Id, Convert.ToHexString(kept.PublicKey.Span), kept.Since)
        );
        Assert.True(Verifies(kept, signature));
        Assert.True(Verifies(kept, await Signer(second).Sign(Data, Ended)));
    }

    [Fact]
    public async Task Hosts_that_start_at_once_on_an_empty_store_share_one_key()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => IdentityHost.Start(Store)));
        try
        {
            var keys = await Task.WhenAll(hosts.Select(async host => Assert.Single(await Signer(host).GetKeys(Ended))));
            Assert.Single(keys.Select(key => key.Id).Distinct());
            foreach (var host in hosts)
            {
                Assert.True(Verifies(keys[0], await Signer(host).Sign(Data, Ended)));
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
    public async Task A_new_key_signs_at_once_and_elsewhere_after_a_round_and_the_old_one_stays_published()
    {
        await using var host = await IdentityHost.Start(Store);
        var before = await Signer(host).Sign(Data, Ended);
        host.Time.Advance(TimeSpan.FromDays(1));

        // Started after the clock was set: its own rounds are not due, so that the one below is the first.
        await using var other = await IdentityHost.Start(Store, host.Time);
        var made = await Ring(host).Rotate(Ended);
        var after = await Signer(host).Sign(Data, Ended);
        var meanwhile = await Signer(other).Sign(Data, Ended);
        await other.Maintain();
        var elsewhere = await Signer(other).Sign(Data, Ended);

        Assert.Equal((made.Id, before.KeyId, made.Id), (after.KeyId, meanwhile.KeyId, elsewhere.KeyId));
        Assert.NotEqual(before.KeyId, made.Id);
        foreach (var each in new[] { host, other })
        {
            var keys = await Signer(each).GetKeys(Ended);
            Assert.Equal([before.KeyId, made.Id], keys.Select(key => key.Id));
            Assert.Equal(TimeSpan.FromDays(1), keys[1].Since - keys[0].Since);
            Assert.All([before, after, meanwhile, elsewhere], signature =>
                Assert.True(Verifies(keys.Single(key => key.Id == signature.KeyId), signature))
            );
        }
    }

    [Fact]
    public async Task Rotations_at_once_leave_keys_that_all_hosts_agree_on()
    {
        await using var host = await IdentityHost.Start(Store);
        await using var other = await IdentityHost.Start(Store, host.Time);
        await Task.WhenAll(new[] { host, other, host, other }.Select(each => Ring(each).Rotate(Ended)));
        await host.Maintain();
        await other.Maintain();
        var (here, there) = (await Signer(host).GetKeys(Ended), await Signer(other).GetKeys(Ended));

        Assert.InRange(here.Count, 2, 5);
        Assert.Equal(here.Select(key => key.Id), there.Select(key => key.Id));
        Assert.Equal(here[^1].Id, (await Signer(host).Sign(Data, Ended)).KeyId);
        Assert.Equal(here[^1].Id, (await Signer(other).Sign(Data, Ended)).KeyId);
    }

    [Fact]
    public async Task The_private_key_does_not_rest_in_the_clear()
    {
        await using var host = await IdentityHost.Start(Store);
        await using var scope = host.Services.CreateAsyncScope();
        var row = await scope.ServiceProvider.GetRequiredService<IdentityContext>().MarketplaceKeys.SingleAsync(Ended);

        Assert.Equal(1, row.No);
        Assert.True(Convert.FromBase64String(row.ProtectedKey).Length > 64);
        Assert.Equal(32, Convert.FromBase64String(row.PublicKey).Length);
        Assert.Equal(MarketplaceKeyRing.IdOf(Convert.FromBase64String(row.PublicKey)), (await Signer(host).GetKeys(Ended))[0].Id);
    }

    [Fact]
    public async Task A_store_of_an_earlier_release_gets_the_table_and_the_key()
    {
        await using (var earlier = await IdentityHost.Start(Store))
        {
            await using var scope = earlier.Services.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
            await context.Database.ExecuteSqlRawAsync(
                Store is IdentityStore.Sqlite ? "DROP TABLE \"MarketplaceKeys\"" : "DROP TABLE identity.\"MarketplaceKeys\"",
                Ended
            );
        }

        await using var host = await IdentityHost.Start(Store);

        Assert.True(Verifies(Assert.Single(await Signer(host).GetKeys(Ended)), await Signer(host).Sign(Data, Ended)));
    }

    private static IMarketplaceSigner Signer(IdentityHost host) => host.Services.GetRequiredService<IMarketplaceSigner>();

    private static MarketplaceKeyRing Ring(IdentityHost host) => host.Services.GetRequiredService<MarketplaceKeyRing>();

    private static bool Verifies(MarketplaceKey key, MarketplaceSignature signature) =>
        SignatureAlgorithm.Ed25519.Verify(
            PublicKey.Import(SignatureAlgorithm.Ed25519, key.PublicKey.Span, KeyBlobFormat.RawPublicKey),
            Data,
            signature.Value.Span
        );
}

/// <summary>The same on PostgreSQL.</summary>
public class PostgreSqlMarketplaceKeyTests(PostgreSqlFixture server) : MarketplaceKeyTests, IClassFixture<PostgreSqlFixture>
{
    private protected override async Task<IdentityStore> CreateStore() => new IdentityStore.PostgreSql(await server.CreateDatabase());
}
