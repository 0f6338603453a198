using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Journal;
using Marketplace.Listings;

namespace Marketplace.Rounds;

/// <summary>How a round ended.</summary>
public enum RoundOutcome
{
    [JsonStringEnumMemberName("passed")]
    Passed,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It did not run to its end: says nothing of the plugin, and counts for nothing.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,
}

/// <summary>The end of a round.</summary>
/// <param name="At">When.</param>
/// <param name="Outcome">How.</param>
/// <param name="Result">What was measured; null if it was interrupted.</param>
/// <param name="Reason">Why it was interrupted; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("mp.rounds.end")]
public sealed record RoundEnd(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] RoundOutcome Outcome,
    [property: Id(2)] RoundResult? Result,
    [property: Id(3)] string? Reason
);

/// <summary>One sandbox round of a version.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Seed">The seed of its traffic.</param>
/// <param name="Policy">The rules under which it runs.</param>
/// <param name="Justified">The developer's reasons for scopes that it does not use, by scope.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Requests">All requests that it sends.</param>
/// <param name="Sent">Requests sent by the last recorded progress.</param>
/// <param name="End">Null while it runs.</param>
[GenerateSerializer, Immutable, Alias("mp.rounds.round")]
public sealed record Round(
    [property: Id(0)] RoundId Id,
    [property: Id(1)] long Seed,
    [property: Id(2)] RoundPolicy Policy,
    [property: Id(3)] ImmutableSortedDictionary<string, string> Justified,
    [property: Id(4)] DateTimeOffset StartedAt,
    [property: Id(5)] int Requests,
    [property: Id(6)] int Sent,
    [property: Id(7)] RoundEnd? End
)
{
    /// <summary>When the plugin can no longer call for the round's seller.</summary>
    public DateTimeOffset ClosesAt => End is { } end && end.At < StartedAt + Policy.Longest ? end.At : StartedAt + Policy.Longest;

    /// <summary>The round as the plugin's listing records it; null while it runs.</summary>
    public SandboxRound? Recorded =>
        End is { } end
            ? new SandboxRound(Id.ToString(), Seed, StartedAt, end.At, end.Outcome == RoundOutcome.Passed)
            {
                Spacing = Policy.Spacing,
                Findings = end.Result?.Findings,
            }
            : null;
}

/// <summary>The sandbox rounds of one version: the fold of the facts of <c>rounds/{plugin}/{version}</c>.</summary>
/// <param name="Hash">The version's whole hash.</param>
/// <param name="All">By number.</param>
[GenerateSerializer, Immutable, Alias("mp.rounds.all")]
public sealed record VersionRounds([property: Id(0)] string Hash, [property: Id(1)] ImmutableArray<Round> All)
{
    /// <summary>The last round.</summary>
    public Round Last => All[^1];

    /// <summary>The round that has not ended; null for none.</summary>
    public Round? Running => Last.End is null ? Last : null;

    public Round? Find(int number) => number > 0 && number <= All.Length ? All[number - 1] : null;

    /// <summary>Folds one fact.</summary>
    /// <exception cref="InvalidOperationException">It is no fact of a round that began before.</exception>
    public static VersionRounds Evolve(VersionRounds? state, JournalFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return Evolve(state, RoundEvent.Decode(fact.Type, fact.Payload), fact.At);
    }

    /// <inheritdoc cref="Evolve(VersionRounds?, JournalFact)"/>
    public static VersionRounds Evolve(VersionRounds? state, RoundEvent @event, DateTimeOffset at)
    {
        if (@event is RoundEvent.Started started)
        {
            var id = RoundId.Of(started.Hash, started.Number);
            var round = new Round(id, started.Seed, started.Policy, started.Justified, at, started.Requests, 0, null);
            return state is null ? new VersionRounds(started.Hash, [round]) : state with { All = state.All.Add(round) };
        }

        var last = state?.Running ?? throw new InvalidOperationException($"No round runs, but {@event.GetType().Name} was recorded.");
        var next = @event switch
        {
            RoundEvent.Progressed progressed => last with { Sent = progressed.Sent },
            RoundEvent.Finished finished => last with
            {
                Sent = last.Requests,
                End = new RoundEnd(at, finished.Result.Passed ? RoundOutcome.Passed : RoundOutcome.Failed, finished.Result, null),
            },
            RoundEvent.Interrupted interrupted => last with { End = new RoundEnd(at, RoundOutcome.Interrupted, null, interrupted.Reason) },
            _ => throw new InvalidOperationException($"No fold for {@event.GetType().Name}."),
        };
        return state with { All = state.All.SetItem(state.All.Length - 1, next) };
    }
}
