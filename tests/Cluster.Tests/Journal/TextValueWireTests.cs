using Marketplace.Billing;
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
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    [Fact]
    public void A_value_alone_and_one_that_is_written_twice() => AreStrings<OperationId>("key→1");

    [Fact]
    public void The_name_of_an_operation() => AreStrings<OperationName>("orders.get");

    [Fact]
    public void An_actor() => AreStrings<ActorId>("seller-center:li-lei");

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
            new Initiator(ActorId.Parse("key-1"), OperationId.Parse("key-1"), "192.0.2.7", "operator")
        );

    private static void AreStrings<T>(string text)
        where T : struct, ITextValue<T>
    {
        HaveOneForm(text, T.FromStored(text));
        HaveOneForm(string.Empty, default(T));

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
