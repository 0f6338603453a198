using Marketplace.Api.SellerApi.Live;
using Marketplace.Enterprises;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Api.Tests.Events;

/// <summary>Whom a fact of an enterprise is for: any shop can name any licence number.</summary>
public sealed class SellerEventKindsTests
{
    private const string Enterprise = "enterprise/91350100M000100Y43";

    private static readonly SellerId Shop = SellerId.Parse("shop-1", null);

    private static readonly EnterpriseEvent[] OfTheEnterprise =
    [
        new EnterpriseEvent.Claimed("r-1", DateTimeOffset.UnixEpoch),
        new EnterpriseEvent.Revoked("r-1", "forged"),
        new EnterpriseEvent.Lapsed(new DateOnly(2026, 12, 1)),
        new EnterpriseEvent.ApplicationRejected("a-1", "r-1", "too many"),
        new EnterpriseEvent.Approved("shop-2", "r-1", null, null),
    ];

    [Fact]
    public void What_concerns_the_enterprise_is_for_the_shops_that_it_has_accepted()
    {
        Assert.All(OfTheEnterprise, @event => Assert.Empty(Kinds(@event, isAccepted: false)));
        Assert.All(OfTheEnterprise, @event => Assert.Contains(SellerEventKinds.Review, Kinds(@event, isAccepted: true)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_concerns_a_shop_is_for_that_shop_alone(bool isAccepted)
    {
        Assert.Equal(
            [SellerEventKinds.Review, SellerEventKinds.Notification],
            Kinds(new EnterpriseEvent.ShopApproved("shop-1", "r-1"), isAccepted)
        );
        Assert.Empty(Kinds(new EnterpriseEvent.ShopApproved("shop-2", "r-1"), isAccepted));
        Assert.Empty(Kinds(new EnterpriseEvent.InfoRequested("shop-2", "r-1", "Which?", TimeSpan.Zero), isAccepted));
    }

    [Fact]
    public void The_approval_of_the_enterprise_is_notified_to_the_shop_that_asked_for_it()
    {
        Assert.Equal([SellerEventKinds.Review], Kinds(new EnterpriseEvent.Approved("shop-2", "r-1", null, null), isAccepted: true));
        Assert.Equal(
            [SellerEventKinds.Review, SellerEventKinds.Notification],
            Kinds(new EnterpriseEvent.Approved("shop-1", "r-1", null, null), isAccepted: false)
        );
    }

    private static string[] Kinds(EnterpriseEvent @event, bool isAccepted)
    {
        var fact = JournalFact.Following(
            null,
            Enterprise,
            OperationId.Parse("op-1"),
            ActorId.Parse("r-1"),
            DateTimeOffset.UnixEpoch,
            @event.Type,
            @event.Encode()
        );
        return [.. SellerEventKinds.Of(fact, Shop, isAccepted)];
    }
}
