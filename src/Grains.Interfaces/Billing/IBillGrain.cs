using Marketplace.Catalogue;
using Marketplace.Quotas;

namespace Marketplace.Billing;

/// <summary>
/// One seller's bill of one month; volatile: read from the usage ledger at every call, so it is current to the last settled call and cannot
/// drift from it (R55). Key: <c>bill/{seller}/{yyyy-MM}</c>.
/// </summary>
[GrainInterfaceType("bill"), Alias("mp.grain.bill")]
public interface IBillGrain : IGrainWithStringKey
{
    /// <summary>The bill, for all plugins of the seller or one.</summary>
    /// <exception cref="StoreUnavailableException">The ledger is unavailable.</exception>
    [Alias("read")]
    Task<Bill> Read(PluginId? plugin, CancellationToken cancellationToken);

    /// <summary>The single calls of a line, in number order.</summary>
    [Alias("read-calls")]
    Task<BilledCalls> ReadCalls(CallQuery query, CancellationToken cancellationToken);
}

/// <summary>Selects calls of a bill.</summary>
/// <param name="Plugin">Of this plugin.</param>
/// <param name="Day">Of this day of business.</param>
/// <param name="Operation">Of this operation only, or null.</param>
/// <param name="Tier">Of the tier with this name only (<c>1001-5000</c>), or null.</param>
/// <param name="After">Calls with a higher number only.</param>
/// <param name="Limit">Maximum calls; 1–1,000.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.call-query")]
public sealed record CallQuery(
    [property: Id(0)] PluginId Plugin,
    [property: Id(1)] DateOnly Day,
    [property: Id(2)] string? Operation,
    [property: Id(3)] string? Tier,
    [property: Id(4)] long After,
    [property: Id(5)] int Limit
);

/// <summary>A page of single calls.</summary>
[GenerateSerializer, Immutable, Alias("mp.billing.billed-calls")]
public sealed record BilledCalls([property: Id(0)] IReadOnlyList<BilledCall> Calls, [property: Id(1)] bool HasMore);

/// <summary>One call with its price.</summary>
[GenerateSerializer, Immutable, Alias("mp.billing.billed-call")]
public sealed record BilledCall(
    [property: Id(0)] long Number,
    [property: Id(1)] UInt128 CallId,
    [property: Id(2)] OperationName Operation,
    [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] int Status,
    [property: Id(5)] string Tier,
    [property: Id(6)] decimal Price
);
