using System.Globalization;
using Marketplace.Diagnostics;

namespace Marketplace.Grains.Diagnostics;

/// <summary>An error in grain storage, which is JSON: the id as 32 hexadecimal digits.</summary>
[GenerateSerializer, Alias("mp.diagnostics.stored-error")]
public sealed record StoredError(
    [property: Id(0)] string CallId,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Operation,
    [property: Id(3)] string Code,
    [property: Id(4)] int Status
)
{
    [Id(5)]
    public string? Scope { get; init; }

    [Id(6)]
    public string? Rule { get; init; }

    [Id(7)]
    public string? Reason { get; init; }

    [Id(8)]
    public string? FixBy { get; init; }

    [Id(9)]
    public string? FixAction { get; init; }

    [Id(10)]
    public string? Counter { get; init; }

    [Id(11)]
    public decimal? Limit { get; init; }

    [Id(12)]
    public decimal? Used { get; init; }

    [Id(13)]
    public DateTimeOffset? ResetsAt { get; init; }

    [Id(14)]
    public double? DurationMs { get; init; }

    [Id(15)]
    public string? Order { get; init; }

    [Id(16)]
    public string? TokenId { get; init; }

    [Id(17)]
    public string? Address { get; init; }

    [Id(18)]
    public string? Upstream { get; init; }

    public static StoredError Of(ErrorEntry entry) =>
        new(entry.CallId.ToString("x32", CultureInfo.InvariantCulture), entry.At, entry.Operation, entry.Code, entry.Status)
        {
            Scope = entry.Scope,
            Rule = entry.Rule,
            Reason = entry.Reason,
            FixBy = entry.FixBy,
            FixAction = entry.FixAction,
            Counter = entry.Counter,
            Limit = entry.Limit,
            Used = entry.Used,
            ResetsAt = entry.ResetsAt,
            DurationMs = entry.Duration?.TotalMilliseconds,
            Order = entry.Order,
            TokenId = entry.TokenId,
            Address = entry.Address,
            Upstream = entry.Upstream,
        };

    public ErrorEntry ToEntry() =>
        new(UInt128.Parse(CallId, NumberStyles.HexNumber, CultureInfo.InvariantCulture), At, Operation, Code, Status)
        {
            Scope = Scope,
            Rule = Rule,
            Reason = Reason,
            FixBy = FixBy,
            FixAction = FixAction,
            Counter = Counter,
            Limit = Limit,
            Used = Used,
            ResetsAt = ResetsAt,
            Duration = DurationMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            Order = Order,
            TokenId = TokenId,
            Address = Address,
            Upstream = Upstream,
        };
}
