using Marketplace.Quotas;

namespace Marketplace.Billing;

/// <summary>One settled call in a ledger row.</summary>
/// <param name="CallId">16 random bytes as a number; serves as call id, trace id and error-log id.</param>
/// <param name="Operation">The operation called, for example <c>orders.get</c>.</param>
/// <param name="At">When it was reserved, in milliseconds.</param>
/// <param name="Status">HTTP status of the answer; below 500.</param>
/// <param name="Key">The call's idempotency key, or null.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.usage-entry")]
public sealed record UsageEntry(
    [property: Id(0)] UInt128 CallId,
    [property: Id(1)] OperationName Operation,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] int Status,
    [property: Id(4)] KeyedAnswer? Key
);

/// <summary>Stored for an idempotency key: enough to recognize the repeat and to return the same answer.</summary>
/// <param name="Key">First 16 bytes of the key's SHA-256.</param>
/// <param name="Request">First 16 bytes of the SHA-256 over method, path and body.</param>
/// <param name="ContentType">Content type of the stored answer; empty if the answer was too large to keep.</param>
/// <param name="Body">The stored answer.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.keyed-answer")]
public sealed record KeyedAnswer(
    [property: Id(0)] UInt128 Key,
    [property: Id(1)] UInt128 Request,
    [property: Id(2)] string ContentType,
    [property: Id(3)] ReadOnlyMemory<byte> Body
);

/// <summary>The number of calls of one operation in one tier of a day.</summary>
[GenerateSerializer, Immutable, Alias("mp.billing.tally")]
public readonly record struct Tally([property: Id(0)] OperationName Operation, [property: Id(1)] int Tier, [property: Id(2)] long Calls);
