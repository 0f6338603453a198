using System.Collections.Immutable;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace.Grains.EventSourcing;

/// <summary>
/// The logged entity inside a grain: its state, which is what its facts in the journal made it, and the only way to change that. One per
/// activation. Any exception of an append, or of what is done by <see cref="EndOnFailure"/>, ends the activation, because the facts may be
/// durable although nobody said so: the next activation starts from what is written.
/// </summary>
/// <param name="journal">Where the facts are.</param>
/// <param name="key">The entity's key in the journal.</param>
/// <param name="time">The clock that dates the facts.</param>
/// <param name="end">Ends the activation; is told why.</param>
/// <param name="initial">The state before the first fact.</param>
/// <param name="evolve">
/// The state after one more fact. Where first answers are read, it depends on nothing else and changes nothing, because it computes them
/// again.
/// </param>
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
    private JournalFact? _last;

    public TState State { get; private set; } = initial;

    /// <summary>Number of facts.</summary>
    public long Version => _last?.Version ?? 0;

    /// <summary>Reads the facts that are not in the state yet; the first call reads all.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task Load(CancellationToken cancellationToken)
    {
        await foreach (var fact in journal.Read(key, Version, cancellationToken))
        {
            Apply(fact);
        }
    }

    /// <summary>
    /// Carries a command out once: decides, appends, evolves. A repeat of its operation finds the state as the operation left it, whatever
    /// happened since; another command under the same operation id is refused.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The store does not answer; or nothing is known to be appended, or another activation was first, and then the activation ends.
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

        // A caller's operation leaves its trace also where nothing was to do, so that its repeat does nothing later either.
        var events = decision.Value.IsEmpty && by.IsRepeatable && command.Nothing is { } nothing ? [nothing] : decision.Value;
        if (command.BeforeAppend is { } prepare)
        {
            await prepare(events);
        }

        await AppendFacts(by, command.Fingerprint, events);
        return new Execution<TState, TEvent>(State, events, null);
    }

    /// <summary>
    /// Appends one command's events, all or none, and evolves the state after they are durable; does nothing if there are none.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// Nothing is known to be appended, or another activation was first. The activation ends: its state may be stale.
    /// </exception>
    public Task Append(Initiator by, params IEnumerable<IJournalEvent> events) => AppendFacts(by, null, events);

    private async Task AppendFacts(Initiator by, string? fingerprint, IEnumerable<IJournalEvent> events)
    {
        var facts = Chain(by, fingerprint, events);
        if (facts.Count > 0)
        {
            await EndOnFailure(async () =>
            {
                // The caller's going away must not leave it open whether the facts were appended, so its token is not passed on.
                if (!await journal.Append(facts, CancellationToken.None))
                {
                    throw new StoreUnavailableException($"{key} was changed by another activation; repeat the command.");
                }

                facts.ForEach(Apply);
            });
        }
    }

    /// <summary>
    /// Does what follows the facts of a command. Where it fails the activation ends, and the next one makes up for it when it starts.
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

    /// <summary>True if a command with this operation id was carried out before.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async ValueTask<bool> HasCarriedOut(string operationId, CancellationToken cancellationToken) =>
        _operations.Contains(operationId) || (_operations.HasForgotten && await journal.HasOperation(key, operationId, cancellationToken));

    /// <summary>What a known operation appended, and the state that it led to.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    /// <exception cref="InvalidOperationException">The journal does not hold the operation.</exception>
    public async Task<PastOperation<TState>> ReadPast(string operationId, CancellationToken cancellationToken)
    {
        var (state, facts) = (_initial, ImmutableArray.CreateBuilder<JournalFact>());
        await foreach (var fact in journal.Read(key, 0, cancellationToken))
        {
            var isOfIt = fact.OperationId == operationId;
            if (facts.Count > 0 && !isOfIt)
            {
                // One operation is one append: nothing of it comes after another one's.
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
        var (previous, now) = (_last, time.GetUtcNow());
        foreach (var one in events)
        {
            previous = JournalFact.Following(
                previous,
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
            facts.Add(previous);
        }

        return facts;
    }

    private void Apply(JournalFact fact)
    {
        State = evolve(State, fact);
        _last = fact;
        _operations.Add(fact.OperationId);
    }
}
