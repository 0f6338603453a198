using System.Collections.Immutable;
using Marketplace.Evidence.Claims;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Schemas;

namespace Marketplace.Events.Lifecycle;

/// <summary>Derives lifecycle events from a journal fact. Pure: the same fact with the same history gives the same events.</summary>
public static class LifecycleMapping
{
    public const string Accepted = "accepted";
    public const string Rejected = "rejected";
    public const string Withdrawn = "withdrawn";

    /// <summary>The lifecycle events for a fact of the plugin's installation.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="history">Its facts from the first up to and including the given one, in order.</param>
    public static ImmutableArray<LifecycleEvent> OfInstallation(InstallationId installation, IReadOnlyList<JournalFact> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var (state, hasRun) = ((Installation?)null, false);
        foreach (var earlier in history.SkipLast(1))
        {
            var before = InstallationEvent.Decode(earlier.Type, earlier.Payload);
            state = Installation.Evolve(state, before, earlier.At, earlier.Actor);
            hasRun =
                before is not InstallationEvent.EnablementStarted && (hasRun || state.PhaseAt(earlier.At) == InstallationPhase.Running);
        }

        var fact = history[^1];
        var @event = InstallationEvent.Decode(fact.Type, fact.Payload);
        var next = Installation.Evolve(state, @event, fact.At, fact.Actor);
        var step = Step(state, next, @event, hasRun, fact.At);
        var grants = hasRun && next.Disabling is null ? Grants(state!, next, @event, fact.At) : null;
        return
        [
            .. new[] { step, grants }
                .OfType<(string Type, LifecycleData Data)>()
                .Select(one => new LifecycleEvent(installation, one.Type, CauseOf(fact), fact.At, one.Data)),
        ];
    }

    /// <summary>The lifecycle event for a fact of a claim against the plugin.</summary>
    /// <param name="claimId">Identifies the claim.</param>
    /// <param name="history">The claim's facts from the first up to and including the given one, in order.</param>
    public static LifecycleEvent? OfClaim(string claimId, IReadOnlyList<JournalFact> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var claim = history.Aggregate((Claim?)null, (state, earlier) =>
            Claim.Evolve(state, ClaimEvent.Decode(earlier.Type, earlier.Payload), earlier.At)
        )!;
        var about = new LifecycleData { ClaimId = claimId, OrderId = claim.Grounds.OrderId };
        var fact = history[^1];
        (string Type, LifecycleData Data)? message = ClaimEvent.Decode(fact.Type, fact.Payload) switch
        {
            ClaimEvent.ClaimFiled or ClaimEvent.ClaimReopened or ClaimEvent.ClaimAnswerExtended => (
                EventTypes.ClaimFiled,
                about with
                {
                    Amount = claim.Grounds.AmountCny,
                    Currency = claim.Grounds.Currency ?? Money.BillingCurrency,
                    AnswerDueAt = claim.AnswerDueAt,
                }
            ),
            ClaimEvent.ClaimAnswered => (EventTypes.ClaimAnswered, about),
            ClaimEvent.ClaimAccepted => (EventTypes.ClaimDecided, about with { Outcome = Accepted }),
            ClaimEvent.ClaimRejected => (EventTypes.ClaimDecided, about with { Outcome = Rejected }),
            ClaimEvent.ClaimWithdrawn => (EventTypes.ClaimDecided, about with { Outcome = Withdrawn }),
            _ => null,
        };
        return message is { } one
            ? new LifecycleEvent(InstallationId.Parse(claim.Grounds.Installation, null), one.Type, CauseOf(fact), fact.At, one.Data)
            : null;
    }

    /// <summary>The lifecycle event for a plugin that pins an older version than the announced one.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="announced">The announcement.</param>
    /// <param name="pinned">The version in the plugin's manifest.</param>
    public static LifecycleEvent OfSchema(InstallationId installation, SchemaAnnouncement announced, string pinned)
    {
        ArgumentNullException.ThrowIfNull(announced);
        return new LifecycleEvent(
            installation,
            EventTypes.SchemaAnnounced,
            $"schema/{announced.Version}",
            announced.At,
            new LifecycleData
            {
                Version = announced.Version,
                Pinned = pinned,
                DueAt = announced.DueAt,
            }
        );
    }

    private static string CauseOf(JournalFact fact) => FormattableString.Invariant($"{fact.Entity}@{fact.Version}");

    /// <summary>The event for a step in the installation's life cycle.</summary>
    private static (string Type, LifecycleData Data)? Step(
        Installation? before,
        Installation next,
        InstallationEvent @event,
        bool hasRun,
        DateTimeOffset at
    )
    {
        switch (@event)
        {
            case InstallationEvent.ExpiryNear near:
                return (
                    EventTypes.AuthorisationExpiring,
                    new LifecycleData
                    {
                        Scopes = near.Scopes,
                        ExpiresAt = near.ExpiresAt,
                        Hours = near.Hours,
                    }
                );
            case InstallationEvent.AuthorisationExpired expired:
                return (EventTypes.AuthorisationExpired, new LifecycleData { ExpiresAt = expired.ExpiresAt });
        }

        var phase = next.PhaseAt(at);
        if (phase == before?.PhaseAt(at))
        {
            return null;
        }

        return phase switch
        {
            InstallationPhase.Running when !hasRun => (
                EventTypes.InstallationEnabled,
                new LifecycleData { Scopes = Sorted(next.GrantsAt(at)), ExpiresAt = next.Consent?.ExpiresAt }
            ),
            InstallationPhase.Running => (EventTypes.InstallationResumed, new LifecycleData()),
            InstallationPhase.Disabled => (EventTypes.InstallationDisabled, new LifecycleData()),
            InstallationPhase.Paused or InstallationPhase.Suspended or InstallationPhase.AwaitingEntity when hasRun => (
                EventTypes.InstallationPaused,
                new LifecycleData { Reason = InstallationStates.ReasonCodeOf(phase) }
            ),
            _ => null,
        };
    }

    /// <summary>The grants added and removed, for an installation that has run.</summary>
    private static (string Type, LifecycleData Data)? Grants(
        Installation before,
        Installation next,
        InstallationEvent @event,
        DateTimeOffset at
    )
    {
        // A scope past its term is no longer in force before the fact that records it; the fact reports its removal.
        var old = @event is InstallationEvent.ScopesExpired ? before.Grants : before.GrantsAt(at);
        var now = next.GrantsAt(at);
        var (added, removed) = (Sorted(now.Except(old)), Sorted(old.Except(now)));
        return added.IsEmpty && removed.IsEmpty
            ? null
            : (
                EventTypes.GrantChanged,
                new LifecycleData
                {
                    Scopes = Sorted(now),
                    Added = added,
                    Removed = removed,
                }
            );
    }

    private static ImmutableArray<string> Sorted(IEnumerable<string> scopes) => [.. scopes.Order(StringComparer.Ordinal)];
}
