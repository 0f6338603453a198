using Marketplace.Quotas;

namespace Marketplace.Diagnostics;

/// <summary>
/// One failed or refused call in full, by its error-log id; <see cref="ErrorRedaction"/> decides which fields each reader sees.
/// </summary>
/// <param name="CallId">Serves as call id, trace id and error-log id.</param>
/// <param name="At">When it ended.</param>
/// <param name="Operation">For example <c>orders.get</c>; method and route of a request that is no operation.</param>
/// <param name="Code">Problem code.</param>
/// <param name="Status">HTTP status; 0 if only the code is known.</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.error")]
public sealed record ErrorEntry(
    [property: Id(0)] UInt128 CallId,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Operation,
    [property: Id(3)] string Code,
    [property: Id(4)] int Status
)
{
    /// <summary>The scope that the operation needs.</summary>
    [Id(5)]
    public string? Scope { get; init; }

    /// <summary>The rule that refused; otherwise the code.</summary>
    [Id(6)]
    public string? Rule { get; init; }

    /// <summary>The refusal's sentence; may contain the seller's figures, never buyers' data.</summary>
    [Id(7)]
    public string? Reason { get; init; }

    /// <summary>Who can fix it, and how.</summary>
    [Id(8)]
    public string? FixBy { get; init; }

    [Id(9)]
    public string? FixAction { get; init; }

    /// <summary>The exhausted counter, with limit, use and reset.</summary>
    [Id(10)]
    public string? Counter { get; init; }

    [Id(11)]
    public decimal? Limit { get; init; }

    [Id(12)]
    public decimal? Used { get; init; }

    [Id(13)]
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>From the call's arrival to its end.</summary>
    [Id(14)]
    public TimeSpan? Duration { get; init; }

    /// <summary>The order of the call; null without one, or if the id looks like a buyer's data.</summary>
    [Id(15)]
    public string? Order { get; init; }

    /// <summary>Id of the token used.</summary>
    [Id(16)]
    public string? TokenId { get; init; }

    /// <summary>Network address of the caller; for operators only.</summary>
    [Id(17)]
    public string? Address { get; init; }

    /// <summary>The upstream cluster called; null if none.</summary>
    [Id(18)]
    public string? Upstream { get; init; }

    /// <summary>Makes an entry from the counter's memory of a call.</summary>
    public static ErrorEntry Of(CallError error) =>
        new(error.CallId, error.At, error.Operation.Value, error.Code, error.Status) { Scope = error.Scope, Limit = error.Limit };

    /// <summary>
    /// Merges both lists, newest first, each call once; prefers the log's entry, which has more details than the counter's.
    /// </summary>
    public static IReadOnlyList<ErrorEntry> Merge(IEnumerable<ErrorEntry> log, IEnumerable<CallError> remembered) =>
        [.. log.Concat(remembered.Select(Of)).DistinctBy(error => error.CallId).OrderByDescending(error => error.At)];
}
