namespace Marketplace.Quotas;

/// <summary>One refused or failed call, by its error-log id.</summary>
[GenerateSerializer, Immutable, Alias("mp.quotas.call-error")]
public sealed record CallError(
    [property: Id(0)] UInt128 CallId,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] OperationName Operation,
    [property: Id(3)] string Code,
    [property: Id(4)] int Status,
    [property: Id(5)] string? Scope = null,
    [property: Id(6)] decimal? Limit = null
);
