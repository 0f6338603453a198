using Marketplace.Journal;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Journal;

/// <summary>From where and in which role: in the hash where there are any, and old chains verify as they did.</summary>
public sealed class FactOriginTests
{
    private const string Address = "203.0.113.7";
    private const string Role = "seller-user:owner";

    [Theory]
    [InlineData(null, null, "016245542d2dbf16b5856f111b722d45afc515c22bee89dedc184dd482d97ba7")]
    [InlineData(Address, Role, "b12fbeefeb4f7f1c2df4df8bda6d9f7d9f51d2e24a68d49a06b8c6f8e84d2a55")]
    [InlineData(Address, "of a later release", "40b88e530d7ec7640bc3b9a9a1e470abde754b5399e7bcaff6ef81341d577ab7")]
    [InlineData(null, "", "d96b8923f63afa2c47fe2b5cad9c626febcd8d69a2bd1374254448c4e0522ef4")]
    public void The_hash_is_the_one_that_was_computed_by_hand(string? address, string? role, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(Fact(address, role).Hash.Span));

    [Fact]
    public void An_altered_moved_or_removed_origin_breaks_the_chain()
    {
        var fact = Fact(Address, Role);

        Assert.True(fact.Follows(null));
        JournalFact[] altered =
        [
            fact with
            {
                Address = "203.0.113.8",
            },
            fact with
            {
                Role = ActorRole.OfUser(SellerRole.Staff),
            },
            fact with
            {
                Address = null,
            },
            fact with
            {
                Role = default,
            },
            fact with
            {
                Address = null,
                Role = default,
            },
            fact with
            {
                Address = Role,
                Role = ActorRole.Of(Address),
            },
        ];
        Assert.All(altered, broken => Assert.False(broken.Follows(null)));
        Assert.False((Fact(Address, null) with { Address = null, Role = ActorRole.Of(Address) }).Follows(null));
        Assert.False((Fact(null, null) with { Address = string.Empty }).Follows(null));
        Assert.False((Fact(null, null) with { Role = ActorRole.Of(string.Empty) }).Follows(null));
        Assert.False((Fact(null, "unknown") with { Role = ActorRole.Of("Unknown") }).Follows(null));
    }

    [Theory]
    [InlineData("seller/s-1", "seller/s-1")]
    [InlineData("installation/s-1/label-printer", "seller/s-1")]
    [InlineData("risk/s-1/label-printer", "seller/s-1")]
    [InlineData("diagnosis/s-1/label-printer", "seller/s-1")]
    [InlineData("delivery/s-1/label-printer", "seller/s-1")]
    [InlineData("enterprise/91330100MA27XXXX0A", "enterprise/91330100MA27XXXX0A")]
    [InlineData("plugin/label-printer", "plugin/label-printer")]
    [InlineData("installation/", "installation/")]
    [InlineData("odd", "odd")]
    public void A_fact_belongs_to_the_stream_of_its_seller_or_of_its_entity(string entity, string stream) =>
        Assert.Equal(stream, AuditSubject.Of(entity));

    private static JournalFact Fact(string? address, string? role) =>
        JournalFact.Following(
            null,
            "seller/s-1",
            OperationId.Parse("op-1"),
            ActorId.Parse("u-1"),
            DateTimeOffset.FromUnixTimeMilliseconds(1_763_884_800_123),
            "noted",
            "{\"a\":1}"u8.ToArray(),
            address,
            ActorRole.Of(role)
        );
}
