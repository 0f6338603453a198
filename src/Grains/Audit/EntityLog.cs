using Marketplace.Audit;
using Marketplace.Installations;

namespace Marketplace.Grains.Audit;

/// <summary>
/// A logged entity's side of the journal: replays its facts, remembers which operations they came from, and appends the next ones.
/// One per grain activation.
/// </summary>
internal sealed class EntityLog(IJournal journal, string entity, TimeProvider time)
{
    private readonly Dictionary<string, long> _operations = new(StringComparer.Ordinal);
    private JournalFact? _last;

    /// <summary>Number of facts.</summary>
    public long Version => _last?.Version ?? 0;

    /// <summary>True if a command with this operation id was carried out before.</summary>
    public bool Knows(string operationId) => _operations.ContainsKey(operationId);

    /// <summary>The version that a known operation led to.</summary>
    public long VersionAfter(string operationId) => _operations[operationId];

    /// <summary>Replays all facts of the entity.</summary>
    public async Task Load(Action<JournalFact> fold, CancellationToken cancellationToken)
    {
        await foreach (var fact in journal.Read(entity, Version, cancellationToken))
        {
            Remember(fact);
            fold(fact);
        }
    }

    /// <summary>Appends one command's events, all or none, and returns the facts after they are durable.</summary>
    /// <exception cref="StoreUnavailableException">
    /// Nothing is known to be appended, or another activation was first: the activation must end, because its state may be stale.
    /// </exception>
    public async Task<IReadOnlyList<JournalFact>> Append(Initiator by, IEnumerable<(string Type, ReadOnlyMemory<byte> Payload)> events)
    {
        var facts = new List<JournalFact>();
        var previous = _last;
        foreach (var (type, payload) in events)
        {
            previous = JournalFact.Following(
                previous, entity, by.OperationId, by.Actor, time.GetUtcNow(), type, payload, by.Address, by.Role);
            facts.Add(previous);
        }

        // The caller's going away must not leave it open whether the fact was appended, so its token is not passed on.
        if (!await journal.Append(facts, CancellationToken.None))
        {
            throw new StoreUnavailableException($"{entity} was changed by another activation; repeat the command.");
        }

        facts.ForEach(Remember);
        return facts;
    }

    private void Remember(JournalFact fact)
    {
        _last = fact;
        _operations[fact.OperationId] = fact.Version;
    }
}
