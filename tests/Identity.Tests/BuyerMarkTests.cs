using Marketplace.Api.Privacy;
using Marketplace.Identity.Signing;
using Marketplace.Identity.Store;
using Marketplace.Orders;
using Marketplace.Sellers;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Identity.Tests;

/// <summary>Marks of buyers stay the same: what is made today is compared with what was made in another process years ago.</summary>
public class BuyerMarkTests : IdentityTest
{
    private static readonly byte[] Private = """{"buyer":{"customer_id":"c-1"}}"""u8.ToArray();
    private static readonly SellerId Seller = SellerId.Parse("s-1", null);

    [Fact]
    public async Task A_restart_keeps_them()
    {
        BuyerMark before;
        await using (var first = await IdentityHost.Start(Store))
        {
            before = await Mark(first);
        }

        await using var second = await IdentityHost.Start(Store);

        Assert.Equal(before, await Mark(second));
    }

    [Fact]
    public async Task Hosts_that_start_at_once_on_an_empty_store_make_the_same()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => IdentityHost.Start(Store)));
        try
        {
            Assert.Single((await Task.WhenAll(hosts.Select(host => Mark(host)))).Distinct());
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
    public async Task The_rotation_of_every_other_key_changes_none()
    {
        BuyerMark before;
        await using (var first = await IdentityHost.Start(Store))
        {
            before = await Mark(first);
            await first.Services.GetRequiredService<MarketplaceKeyRing>().Rotate(Ended);
            await first.Services.GetRequiredService<IdentityDatabase>().RotateSigningKey(Ended);
            var keys = first.Services.GetRequiredService<IKeyManager>();
            keys.RevokeAllKeys(DateTimeOffset.UnixEpoch, "none is that old");
            keys.CreateNewKey(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(90));
            Assert.Equal(before, await Mark(first));
        }

        await using var second = await IdentityHost.Start(Store);
        Assert.Equal(before, await Mark(second));
    }

    [Fact]
    public async Task The_secret_stands_in_the_store_under_the_key_ring_alone()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Services.GetRequiredService<IMarketplaceSecrets>().GetBuyerMarkSecret(Ended);
        await using var scope = host.Services.CreateAsyncScope();
        var row = await scope
            .ServiceProvider.GetRequiredService<IdentityContext>()
            .MarketplaceSecrets.SingleAsync(row => row.Name == "buyer-marks", Ended);

        Assert.Equal(32, secret.Length);
        Assert.DoesNotContain(
            Convert.ToHexString(secret.Span),
            Convert.ToHexString(Convert.FromBase64String(row.ProtectedSecret)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Another_secret_has_another_name_so_that_its_marks_are_not_compared()
    {
        var (one, other) = (new BuyerMarks(new Fixed(1)), new BuyerMarks(new Fixed(2)));
        var (mark, stranger) = ((await one.Of(Seller, Private, Ended))!.Value, (await other.Of(Seller, Private, Ended))!.Value);
        var person = (await one.Of(Seller, """{"buyer":{"name":"Ana","email":"a@example.com"}}"""u8.ToArray(), Ended))!.Value;

        Assert.NotEqual(mark.Key, stranger.Key);
        Assert.NotEqual(mark.Key, person.Key);
        Assert.NotEqual(mark.Value, stranger.Value);
        Assert.Null(await one.Of(Seller, default, Ended));
    }

    private static async Task<BuyerMark> Mark(IdentityHost host) =>
        (await new BuyerMarks(host.Services.GetRequiredService<IMarketplaceSecrets>()).Of(Seller, Private, Ended))!.Value;

    private sealed class Fixed(byte value) : IMarketplaceSecrets
    {
        public ValueTask<ReadOnlyMemory<byte>> GetBuyerMarkSecret(CancellationToken cancellationToken) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>>(Enumerable.Repeat(value, 32).ToArray());
    }
}
