using Marketplace.Billing;
using Marketplace.Diagnostics;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Xunit;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>Members that were strings in the last release keep their form, on the wire to its processes and in stores.</summary>
public sealed class TextValueWireTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    public static TheoryData<string?> Roles { get; } = new(null, "", "operator", "seller-user:owner", "of a later release");

    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    [Fact]
    public void A_value_alone_and_one_that_is_written_twice() => AreStrings<OperationId>("key→1");

    [Fact]
    public void The_name_of_an_operation() => AreStrings<OperationName>("orders.get");

    [Fact]
    public void An_actor() => AreStrings<ActorId>("seller-center:li-lei", none: null);

    [Fact]
    public void A_region() => AreStrings<DataRegion>("eu-frankfurt");

    [Fact]
    public void A_call_with_its_operation() =>
        HaveOneForm(
            new EarlierEntry(7, "orders.get", DateTimeOffset.UnixEpoch, 200, null),
            new UsageEntry(7, OperationName.Parse("orders.get"), DateTimeOffset.UnixEpoch, 200, null)
        );

    [Fact]
    public void An_initiator() =>
        HaveOneForm(
            new EarlierInitiator("key-1", "key-1", "192.0.2.7", "operator"),
            new Initiator(ActorId.Parse("key-1"), OperationId.Parse("key-1"), "192.0.2.7", ActorRole.Operator)
        );

    [Theory, MemberData(nameof(Roles))]
    public void A_role_alone_and_one_that_is_written_twice(string? text)
    {
        HaveOneForm(text, ActorRole.Of(text));
        HaveOneForm<string?[], ActorRole[]>([text, text], [ActorRole.Of(text), ActorRole.Of(text)]);
        Assert.Equal(ActorRole.Of(text), Services.GetRequiredService<DeepCopier>().Copy(ActorRole.Of(text)));
    }

    [Theory, MemberData(nameof(Roles))]
    public void An_initiator_in_every_role(string? text) =>
        HaveOneForm(
            new EarlierInitiator("u-1", "key-1", null, text),
            new Initiator(ActorId.Parse("u-1"), OperationId.Parse("key-1"), null, ActorRole.Of(text))
        );

    [Theory, MemberData(nameof(Roles))]
    public void A_fact_of_every_role_keeps_its_hash(string? text)
    {
        var serializer = Services.GetRequiredService<Serializer>();
        var now = JournalFact.Following(
            null,
            "seller/s-1",
            OperationId.Parse("key-1"),
            ActorId.Parse("u-1"),
            DateTimeOffset.UnixEpoch,
            "noted",
            "{}"u8.ToArray(),
            "192.0.2.7",
            ActorRole.Of(text),
            "f"
        );
        var bytes = serializer.SerializeToArray(
            new EarlierFact("seller/s-1", 1, "key-1", "u-1", now.At, "noted", now.Payload, now.Hash, "192.0.2.7", text, "f")
        );
        Assert.Equal(bytes, serializer.SerializeToArray(now));
        var read = serializer.Deserialize<JournalFact>(bytes)!;
        Assert.Equal(text, read.Role.Text);
        Assert.True(read.Follows(null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("reviewer-1")]
    public void A_review_with_and_without_its_reviewer(string? reviewer) =>
        HaveOneForm(
            new EarlierReview(ReviewState.Claimed, ReviewKind.Shop, 3, At, At, null, reviewer, At, reviewer, null, true),
            new Review(ReviewState.Claimed, ReviewKind.Shop, 3, At, At, null, ActorId.FromStored(reviewer), At, reviewer, null, true)
        );

    [Theory]
    [InlineData(null)]
    [InlineData("operator")]
    public void An_incident_that_is_open_or_resolved(string? by)
    {
        var (title, reach) = (new BilingualText("故障", "Incident"), new IncidentReach(["orders.get"], ["orders.read"], [], []));
        var earlier = new EarlierIncident("i-1", title, reach, At, "operator") { ResolvedBy = by };
        var now = new Incident("i-1", title, reach, At, ActorId.Parse("operator")) { ResolvedBy = ActorId.FromStored(by) };
        var serializer = Services.GetRequiredService<Serializer>();
        var bytes = serializer.SerializeToArray(earlier);
        Assert.Equal(bytes, serializer.SerializeToArray(now));
        Assert.Equal(now.ResolvedBy, serializer.Deserialize<Incident>(bytes)!.ResolvedBy);
    }

    private static void AreStrings<T>(string text, string? none = "")
        where T : struct, ITextValue<T>
    {
        HaveOneForm(text, T.FromStored(text));
        HaveOneForm(none, default(T));

        // The second one is a reference to the first.
        var (serializer, copier) = (Services.GetRequiredService<Serializer>(), Services.GetRequiredService<DeepCopier>());
        T[] twice = [T.FromStored(text), T.FromStored(text)];
        Assert.Equal(serializer.SerializeToArray<string[]>([text, text]), serializer.SerializeToArray(twice));
        Assert.Equal(twice, serializer.Deserialize<T[]>(serializer.SerializeToArray(twice)));
        Assert.Equal(twice, copier.Copy(twice));
    }

    private static void HaveOneForm<TEarlier, TNow>(TEarlier earlier, TNow now)
    {
        var serializer = Services.GetRequiredService<Serializer>();
        var bytes = serializer.SerializeToArray(earlier);
        Assert.Equal(bytes, serializer.SerializeToArray(now));
        Assert.Equal(now, serializer.Deserialize<TNow>(bytes));
    }
}

[GenerateSerializer, Immutable, Alias("mp.tests.earlier-entry")]
public sealed record EarlierEntry(
    [property: Id(0)] UInt128 CallId,
    [property: Id(1)] string Operation,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] int Status,
    [property: Id(4)] KeyedAnswer? Key
);

[GenerateSerializer, Immutable, Alias("mp.tests.earlier-initiator")]
public readonly record struct EarlierInitiator(
    [property: Id(0)] string Actor,
    [property: Id(1)] string OperationId,
    [property: Id(2)] string? Address,
    [property: Id(3)] string? Role
);

[GenerateSerializer, Immutable, Alias("mp.tests.earlier-fact")]
public sealed record EarlierFact(
    [property: Id(0)] string Entity,
    [property: Id(1)] long Version,
    [property: Id(2)] string OperationId,
    [property: Id(3)] string Actor,
    [property: Id(4)] DateTimeOffset At,
    [property: Id(5)] string Type,
    [property: Id(6)] ReadOnlyMemory<byte> Payload,
    [property: Id(7)] ReadOnlyMemory<byte> Hash,
    [property: Id(8)] string? Address,
    [property: Id(9)] string? Role,
    [property: Id(10)] string? Fingerprint
);

[GenerateSerializer, Immutable, Alias("mp.tests.earlier-review")]
public sealed record EarlierReview(
    [property: Id(0)] ReviewState State,
    [property: Id(1)] ReviewKind Kind,
    [property: Id(2)] long Number,
    [property: Id(3)] DateTimeOffset SubmittedAt,
    [property: Id(4)] DateTimeOffset? DueAt,
    [property: Id(5)] TimeSpan? Remaining,
    [property: Id(6)] string? ClaimedBy,
    [property: Id(7)] DateTimeOffset? ClaimedUntil,
    [property: Id(8)] string? Note,
    [property: Id(9)] DateTimeOffset? DecidedAt,
    [property: Id(10)] bool Overdue
);

[GenerateSerializer, Immutable, Alias("mp.tests.earlier-incident")]
public sealed record EarlierIncident(
    [property: Id(0)] string Id,
    [property: Id(1)] BilingualText Title,
    [property: Id(2)] IncidentReach Reach,
    [property: Id(3)] DateTimeOffset OpenedAt,
    [property: Id(4)] string OpenedBy
)
{
    [Id(5)]
    public DateTimeOffset? ResolvedAt { get; init; }

    [Id(6)]
    public string? ResolvedBy { get; init; }
}
