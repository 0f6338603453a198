using System.Collections.Immutable;
using Marketplace.Journal;

namespace Marketplace.Grains.EventSourcing;

/// <summary>One command of an entity.</summary>
internal sealed record EntityCommand<TState, TEvent>
    where TEvent : class, IJournalEvent
{
    /// <summary>Decides the command in a state: its events, or a refusal; an empty list means nothing to change.</summary>
    public required Func<TState, Outcome<ImmutableArray<TEvent>>> Decide { get; init; }

    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>
    /// The event that records a caller's command without effect; null for a command that always has one, or leaves no trace.
    /// </summary>
    public TEvent? Nothing { get; init; }

    /// <summary>
    /// Runs before the events are durable, even without events: for work of which a surplus is harmless and an omission is not.
    /// </summary>
    public Func<ImmutableArray<TEvent>, Task>? BeforeAppend { get; init; }
}

/// <summary>The result of a command.</summary>
/// <param name="State">The state after its operation.</param>
/// <param name="Events">The appended events; empty for a repeat.</param>
/// <param name="Repeated">The operation as first executed; null for a new one.</param>
internal readonly record struct Execution<TState, TEvent>(TState State, ImmutableArray<TEvent> Events, PastOperation<TState>? Repeated)
{
    public bool IsRepeat => Repeated is not null;
}

/// <summary>An operation in the journal.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Facts">The facts it appended; at least one.</param>
internal readonly record struct PastOperation<TState>(TState State, ImmutableArray<JournalFact> Facts)
{
    /// <summary>
    /// True if the operation was this command. For one from before fingerprints existed that is unknown: it counts as a repeat if the actor
    /// is the same.
    /// </summary>
    public bool IsOf(string fingerprint, ActorId actor) =>
        Facts[0].Fingerprint is { } known ? known == fingerprint : Facts[0].Actor == actor;
}
