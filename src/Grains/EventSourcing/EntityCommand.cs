using System.Collections.Immutable;
using Marketplace.Journal;

namespace Marketplace.Grains.EventSourcing;

/// <summary>One command of an entity.</summary>
internal sealed record EntityCommand<TState, TEvent>
    where TEvent : class, IJournalEvent
{
    /// <summary>The events that the command leads to in a state, or why it is refused; an empty list means that it is so already.</summary>
    public required Func<TState, Outcome<ImmutableArray<TEvent>>> Decide { get; init; }

    /// <summary>What the command says, as one value: a repeat of an operation id must be the same command.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>
    /// What is kept of a caller's command that found everything as it wants it; null for a command that never does, or leaves no trace.
    /// </summary>
    public TEvent? Nothing { get; init; }

    /// <summary>
    /// What has to be done before the events are durable, because one too many of it is harmless and one too few is not; also where there
    /// are none.
    /// </summary>
    public Func<ImmutableArray<TEvent>, Task>? BeforeAppend { get; init; }
}

/// <summary>How a command was carried out.</summary>
/// <param name="State">As its operation left it.</param>
/// <param name="Events">What was appended; nothing for a repeat.</param>
/// <param name="Repeated">The operation as it was carried out before; null if it was not.</param>
internal readonly record struct Execution<TState, TEvent>(TState State, ImmutableArray<TEvent> Events, PastOperation<TState>? Repeated)
{
    public bool IsRepeat => Repeated is not null;
}

/// <summary>An operation as the journal holds it.</summary>
/// <param name="State">The state that it led to.</param>
/// <param name="Facts">What it appended; at least one.</param>
internal readonly record struct PastOperation<TState>(TState State, ImmutableArray<JournalFact> Facts)
{
    /// <summary>
    /// True if the operation was this command. Of one from before fingerprints were kept it is not known any more: it is taken for a repeat
    /// if the same actor asks.
    /// </summary>
    public bool IsOf(string fingerprint, string actor) =>
        Facts[0].Fingerprint is { } known ? known == fingerprint : Facts[0].Actor == actor;
}
