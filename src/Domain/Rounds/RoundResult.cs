using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Marketplace.Rounds;

/// <summary>What one request to the plugin's endpoint came to.</summary>
/// <param name="EventType">The event's type.</param>
/// <param name="IsAccepted">True for an answer of 200–299.</param>
/// <param name="Latency">From the start of the request to the answer; null without an answer.</param>
public readonly record struct AnswerSample(string EventType, bool IsAccepted, TimeSpan? Latency);

/// <summary>What was observed of the plugin in a round.</summary>
/// <param name="Answers">One for each request.</param>
/// <param name="Calls">Successful counted calls by operation.</param>
/// <param name="CanaryPlaces">Where marks of the made-up buyers, or other private data, came back; each place once.</param>
public sealed record RoundObservations(
    ImmutableArray<AnswerSample> Answers,
    ImmutableSortedDictionary<string, long> Calls,
    ImmutableArray<string> CanaryPlaces
);

/// <summary>The traffic that a round sent.</summary>
[GenerateSerializer, Immutable, Alias("mp.rounds.load")]
public sealed record LoadProfile(
    [property: Id(0)] int Events,
    [property: Id(1)] int Requests,
    [property: Id(2)] int Duplicates,
    [property: Id(3)] int Late,
    [property: Id(4)] int OutOfOrder,
    [property: Id(5)] int PeakPerSecond
)
{
    public static LoadProfile Of(RoundPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new LoadProfile(
            plan.Events.Length,
            plan.Requests.Length,
            Count(RequestFault.Duplicate),
            Count(RequestFault.Late),
            Count(RequestFault.OutOfOrder),
            plan.Requests.GroupBy(static request => (int)request.At.TotalSeconds)
                .Select(static second => second.Count())
                .DefaultIfEmpty()
                .Max()
        );

        int Count(RequestFault fault) => plan.Requests.Count(request => request.Fault == fault);
    }
}

/// <summary>How long the plugin's answers took, whatever their status, in milliseconds. Percentiles are of the nearest rank.</summary>
[GenerateSerializer, Immutable, Alias("mp.rounds.latency")]
public sealed record LatencyFigures(
    [property: Id(0)] int Answers,
    [property: Id(1)] decimal MeanMs,
    [property: Id(2)] decimal P50Ms,
    [property: Id(3)] decimal P95Ms,
    [property: Id(4)] decimal P99Ms
)
{
    /// <summary>Null without any answer.</summary>
    public static LatencyFigures? Of(IEnumerable<TimeSpan> latencies)
    {
        var sorted = latencies.Select(static latency => (decimal)latency.TotalMilliseconds).Order().ToArray();
        return sorted.Length == 0 ? null : new LatencyFigures(sorted.Length, Tenth(sorted.Average()), Rank(50), Rank(95), Rank(99));

        decimal Rank(int percent) => Tenth(sorted[Math.Max(0, (((sorted.Length * percent) + 99) / 100) - 1)]);
    }

    private static decimal Tenth(decimal value) => decimal.Round(value, 1, MidpointRounding.ToPositiveInfinity);
}

/// <summary>A published limit that the plugin did not keep.</summary>
/// <param name="Limit"><c>mean</c>, <c>p95</c>, <c>p99</c>, <c>errors</c>, <c>answers</c> or <c>calls</c>.</param>
/// <param name="Measured">The measured value.</param>
/// <param name="Allowed">The limit.</param>
[GenerateSerializer, Immutable, Alias("mp.rounds.breach")]
public sealed record LimitBreach([property: Id(0)] string Limit, [property: Id(1)] decimal Measured, [property: Id(2)] decimal Allowed);

/// <summary>How grave a round's finding is for the version.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing: the developer has given a reason.</summary>
    [JsonStringEnumMemberName("note")]
    Note,

    /// <summary>A reviewer has to look at it.</summary>
    [JsonStringEnumMemberName("review")]
    Review,

    /// <summary>The version is never listed with it.</summary>
    [JsonStringEnumMemberName("blocking")]
    Blocking,
}

/// <summary>What a round says against the version.</summary>
/// <param name="Rule"><c>scope-unused</c> or <c>canary-seen</c>.</param>
/// <param name="Severity">How grave it is.</param>
/// <param name="Subject">The scope, or where the canary was.</param>
/// <param name="Evidence">What was observed; for a scope with a reason, the reason.</param>
[GenerateSerializer, Immutable, Alias("mp.rounds.finding")]
public sealed record RoundFinding(
    [property: Id(0)] string Rule,
    [property: Id(1)] FindingSeverity Severity,
    [property: Id(2)] string Subject,
    [property: Id(3)] string Evidence
)
{
    public const string ScopeUnused = "scope-unused";
    public const string CanarySeen = "canary-seen";
}

/// <summary>What a round that ran to its end says of the version.</summary>
/// <param name="Load">The traffic.</param>
/// <param name="Latency">Null if nothing was answered.</param>
/// <param name="ErrorPercent">Percent of requests that were not accepted; 0 without requests.</param>
/// <param name="Calls">Successful counted calls by operation.</param>
/// <param name="ScopesExercised">Declared scopes that were used, sorted.</param>
/// <param name="ScopesUnused">The others.</param>
/// <param name="Breaches">Limits that were not kept.</param>
/// <param name="Findings">What goes into the version's review.</param>
[GenerateSerializer, Immutable, Alias("mp.rounds.result")]
public sealed record RoundResult(
    [property: Id(0)] LoadProfile Load,
    [property: Id(1)] LatencyFigures? Latency,
    [property: Id(2)] decimal ErrorPercent,
    [property: Id(3)] ImmutableSortedDictionary<string, long> Calls,
    [property: Id(4)] ImmutableArray<string> ScopesExercised,
    [property: Id(5)] ImmutableArray<string> ScopesUnused,
    [property: Id(6)] ImmutableArray<LimitBreach> Breaches,
    [property: Id(7)] ImmutableArray<RoundFinding> Findings
)
{
    /// <summary>True if every limit was kept and no finding blocks.</summary>
    [JsonIgnore]
    public bool Passed => Breaches.IsEmpty && Findings.All(static finding => finding.Severity != FindingSeverity.Blocking);

    /// <param name="plan">What was sent.</param>
    /// <param name="limits">The published limits.</param>
    /// <param name="seen">What was observed.</param>
    /// <param name="justified">Reasons for scopes that a round does not use, by scope.</param>
    public static RoundResult Of(RoundPlan plan, RoundLimits limits, RoundObservations seen, IReadOnlyDictionary<string, string> justified)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(justified);
        var latency = LatencyFigures.Of(seen.Answers.Select(static answer => answer.Latency).OfType<TimeSpan>());
        var refused = seen.Answers.Count(static answer => !answer.IsAccepted);
        var errors = seen.Answers.IsEmpty
            ? 0m
            : decimal.Round(100m * refused / seen.Answers.Length, 2, MidpointRounding.ToPositiveInfinity);
        var unused = plan
            .Expectations.Where(expected => !IsUsed(expected, seen))
            .Select(static expected => expected.Scope)
            .ToImmutableArray();
        return new RoundResult(
            LoadProfile.Of(plan),
            latency,
            errors,
            seen.Calls,
            [.. plan.Expectations.Select(static expected => expected.Scope).Except(unused)],
            unused,
            [.. BreachesOf(limits, latency, errors, seen)],
            [.. seen.CanaryPlaces.Select(Canary), .. unused.Select(scope => Unused(scope, justified))]
        );
    }

    private static bool IsUsed(ScopeExpectation expected, RoundObservations seen) =>
        seen.Answers.Any(answer => answer.IsAccepted && expected.EventTypes.Contains(answer.EventType))
        || expected.Operations.Any(operation => seen.Calls.GetValueOrDefault(operation) > 0);

    private static IEnumerable<LimitBreach> BreachesOf(RoundLimits limits, LatencyFigures? latency, decimal errors, RoundObservations seen)
    {
        if (seen.Answers.IsEmpty)
        {
            // A plugin that reads its events by itself shows that it works by its calls.
            return seen.Calls.Values.Sum() > 0 ? [] : [new LimitBreach("calls", 0, 1)];
        }

        return new[]
        {
            latency is null ? new LimitBreach("answers", 0, 1) : null,
            Above("mean", latency?.MeanMs, limits.MeanMs),
            Above("p95", latency?.P95Ms, limits.P95Ms),
            Above("p99", latency?.P99Ms, limits.P99Ms),
            Above("errors", errors, limits.ErrorPercent),
        }.OfType<LimitBreach>();
    }

    private static LimitBreach? Above(string limit, decimal? measured, decimal allowed) =>
        measured > allowed ? new LimitBreach(limit, measured.Value, allowed) : null;

    private static RoundFinding Canary(string place) =>
        new(
            RoundFinding.CanarySeen,
            FindingSeverity.Blocking,
            place,
            "It sent back private data of the round's made-up buyers, which the marketplace gives to no plugin."
        );

    private static RoundFinding Unused(string scope, IReadOnlyDictionary<string, string> justified) =>
        justified.TryGetValue(scope, out var reason)
            ? new RoundFinding(RoundFinding.ScopeUnused, FindingSeverity.Note, scope, reason)
            : new RoundFinding(
                RoundFinding.ScopeUnused,
                FindingSeverity.Review,
                scope,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The round neither delivered an event of {scope} nor saw a call that needs it."
                )
            );
}
