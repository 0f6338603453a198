using System.Collections.Immutable;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace.Grains.EventSourcing;

/// <summary>
/// The logged entity inside a grain: its state, folded from its facts in the journal, and the only way to change it. One per activation.
/// Any exception of an append, or of work under <see cref="EndOnFailure"/>, ends the activation, because the facts may be durable without
/// confirmation: the next activation starts from the journal.
/// </summary>
/// <param name="journal">The entity's journal.</param>
/// <param name="key">The entity's key in the journal.</param>
/// <param name="time">The clock for the facts.</param>
/// <param name="end">Ends the activation; receives the reason.</param>
/// <param name="initial">The state before the first fact.</param>
/// <param name="evolve">Folds one fact. Must be pure where first answers are read, because they are recomputed by folding again.</param>
internal sealed class EventSourcedEntity<TState>(
    IJournal journal,
    string key,
    TimeProvider time,
    Action<Exception> end,
    TState initial,
    Func<TState, JournalFact, TState> evolve
)
{
    private readonly TState _initial = initial;
    private readonly RecentOperations _operations = new();

    // Of the last fact only what chains the next one to it: the rest would stay in memory for each of a million entities.
    private ReadOnlyMemory<byte> _hash = JournalFact.Genesis;

    public TState State { get; private set; } = initial;

    /// <summary>Number of facts.</summary>
    public long Version { get; private set; }

    /// <summary>Reads the facts missing from the state; the first call reads all.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task Load(CancellationToken cancellationToken)
    {
        await foreach (var fact in journal.Read(key, Version, cancellationToken))
        {
            Apply(fact);
        }
    }

    /// <summary>
    /// Executes a command once: decides, appends, evolves. A repeat of its operation gets the state after the operation, whatever happened
    /// since; another command under the same operation id is refused.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The store does not answer. Or the append is unconfirmed, or another activation was first, and then this activation ends.
    /// </exception>
    public async Task<Outcome<Execution<TState, TEvent>>> Execute<TEvent>(
        Initiator by,
        EntityCommand<TState, TEvent> command,
        CancellationToken cancellationToken
    )
        where TEvent : class, IJournalEvent
    {
        if (await HasCarriedOut(by.OperationId, cancellationToken))
        {
            var past = await ReadPast(by.OperationId, cancellationToken);
            return past.IsOf(command.Fingerprint, by.Actor)
                ? new Execution<TState, TEvent>(past.State, [], past)
                : QuotaRefusals.ReusedKey();
        }

        var decision = command.Decide(State);
        if (decision.Refusal is { } refusal)
        {
            return refusal;
        }

        // Record a caller's operation even without effect, so that its repeat has none later either.
        var events = decision.Value.IsEmpty && by.IsRepeatable && command.Nothing is { } nothing ? [nothing] : decision.Value;
        if (command.BeforeAppend is { } prepare)
        {
            await prepare(events);
        }

        await AppendFacts(by, command.Fingerprint, events);
        return new Execution<TState, TEvent>(State, events, null);
    }

    /// <summary>
    /// Appends one command's events, all or none, and evolves the state once they are durable; does nothing without events.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The append is unconfirmed, or another activation was first. This activation ends: its state may be stale.
    /// </exception>
    public Task Append(Initiator by, params IEnumerable<IJournalEvent> events) => AppendFacts(by, null, events);

    private async Task AppendFacts(Initiator by, string? fingerprint, IEnumerable<IJournalEvent> events)
    {
        var facts = Chain(by, fingerprint, events);
        if (facts.Count > 0)
        {
            await EndOnFailure(async () =>
            {
                // Ignore client disconnects: a cancelled append would leave it unknown whether the facts were written.
                if (!await journal.Append(facts, CancellationToken.None))
                {
                    throw new StoreUnavailableException($"{key} was changed by another activation; repeat the command.");
                }

                facts.ForEach(Apply);
            });
        }
    }

    /// <summary>
    /// Runs the follow-up work of a command's facts. On failure the activation ends, and the next one repeats it when it starts.
    /// </summary>
    public async Task EndOnFailure(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            end(e);
            throw;
        }
    }

    /// <summary>True if a command with this operation id was executed before.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async ValueTask<bool> HasCarriedOut(OperationId operationId, CancellationToken cancellationToken) =>
        _operations.Contains(operationId) || (_operations.HasForgotten && await journal.HasOperation(key, operationId, cancellationToken));

    /// <summary>The facts of a known operation, and the state after it.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    /// <exception cref="InvalidOperationException">The journal does not contain the operation.</exception>
    public async Task<PastOperation<TState>> ReadPast(OperationId operationId, CancellationToken cancellationToken)
    {
        var (state, facts) = (_initial, ImmutableArray.CreateBuilder<JournalFact>());
        await foreach (var fact in journal.Read(key, 0, cancellationToken))
        {
            var isOfIt = fact.OperationId == operationId;
            if (facts.Count > 0 && !isOfIt)
            {
                // One operation is one append, so its facts are adjacent.
                break;
            }

            state = evolve(state, fact);
            if (isOfIt)
            {
                facts.Add(fact);
            }
        }

        return facts.Count > 0
            ? new PastOperation<TState>(state, facts.ToImmutable())
            : throw new InvalidOperationException($"The journal has lost the operation {operationId}.");
    }

    private List<JournalFact> Chain(Initiator by, string? fingerprint, IEnumerable<IJournalEvent> events)
    {
        var facts = new List<JournalFact>();
        var (version, hash, now) = (Version, _hash, time.GetUtcNow());
        foreach (var one in events)
        {
            var fact = JournalFact.Following(
                version,
                hash,
                key,
                by.OperationId,
                by.Actor,
                now,
                one.Type,
                one.Encode(),
                by.Address,
                by.Role,
                fingerprint
            );
            facts.Add(fact);
            (version, hash) = (fact.Version, fact.Hash);
        }

        return facts;
    }

    private void Apply(JournalFact fact)
    {
        State = evolve(State, fact);
        (Version, _hash) = (fact.Version, fact.Hash);
        _operations.Add(fact.OperationId);
    }
}
