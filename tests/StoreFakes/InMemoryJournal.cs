using System.Runtime.CompilerServices;
using Marketplace.Grains.Ports;
using Marketplace.Journal;

namespace Marketplace.StoreFakes;

/// <summary>A journal in memory with both unique keys, shared by all silos of a test.</summary>
public sealed class InMemoryJournal : IJournal, IJournalTail
{
    private readonly Lock _lock = new();
    private readonly List<JournalFact> _facts = [];

    public AppendSignal Appended { get; } = new();

    public bool IsDown { get; set; }

    public Task<bool> Append(IReadOnlyList<JournalFact> facts, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfDown();
            var taken = facts.Any(fact =>
                _facts.Exists(other =>
                    other.Entity == fact.Entity && (other.Version == fact.Version || other.OperationId == fact.OperationId)
                )
            );
            if (!taken)
            {
                _facts.AddRange(facts);
                Appended.Raise();
            }

            return Task.FromResult(!taken);
        }
    }

    public IReadOnlyList<JournalFact> FactsOf(string entity)
    {
        lock (_lock)
        {
            return [.. _facts.Where(fact => fact.Entity == entity)];
        }
    }

    public IAsyncEnumerable<JournalFact> Read(string entity, long afterVersion, CancellationToken cancellationToken) =>
        Where(fact => fact.Entity == entity && fact.Version > afterVersion, cancellationToken);

    public Task<bool> HasOperation(string entity, OperationId operationId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfDown();
            return Task.FromResult(_facts.Exists(fact => fact.Entity == entity && fact.OperationId == operationId));
        }
    }

    public IAsyncEnumerable<JournalFact> ReadAll(string afterEntity, long afterVersion, CancellationToken cancellationToken) =>
        Where(
            fact => string.CompareOrdinal(fact.Entity, afterEntity) > 0 || (fact.Entity == afterEntity && fact.Version > afterVersion),
            cancellationToken
        );

    public Task<long> ReadHead(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return IsDown
                ? Task.FromException<long>(new StoreUnavailableException("The journal is down."))
                : Task.FromResult((long)_facts.Count);
        }
    }

    public Task<IReadOnlyList<AuditItem>> ReadAfter(long position, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfDown();
            return Task.FromResult<IReadOnlyList<AuditItem>>([
                .. _facts.Skip((int)position).Take(limit).Select((fact, index) => new AuditItem(position + index + 1, fact)),
            ]);
        }
    }

    private async IAsyncEnumerable<JournalFact> Where(
        Func<JournalFact, bool> condition,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.Yield();
        JournalFact[] found;
        lock (_lock)
        {
            ThrowIfDown();
            found = [.. _facts.Where(condition).OrderBy(fact => fact.Entity, StringComparer.Ordinal).ThenBy(fact => fact.Version)];
        }

        foreach (var fact in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return fact;
        }
    }

    private void ThrowIfDown()
    {
        if (IsDown)
        {
            throw new StoreUnavailableException("The journal is down.");
        }
    }
}
