namespace Marketplace.Journal;

/// <summary>The amount of journal verified.</summary>
/// <param name="Entities">Entities.</param>
/// <param name="Facts">Facts.</param>
/// <param name="WithOrigin">Facts with an address or a role; those before schema version 2 have none.</param>
public readonly record struct JournalCounts(long Entities, long Facts, long WithOrigin = 0);

/// <summary>
/// Verifies the journal: versions 1, 2, 3 …, every fact chained to the previous one, and the facts of one operation id adjacent, since one
/// operation id is one command. Expects facts in order of entity (ordinal) and version.
/// </summary>
/// <remarks>
/// Memory: the operation ids of one entity. Facts cut off at the end of an entity go undetected: nothing is chained to them yet.
/// </remarks>
public sealed class JournalVerifier(Action<Finding> report)
{
    private readonly HashSet<OperationId> _operations = [];
    private JournalFact? _previous;

    public JournalCounts Counts { get; private set; }

    public void Add(JournalFact fact)
    {
        if (_previous?.Entity != fact.Entity)
        {
            Open(fact);
        }

        CheckChain(fact);
        if (fact.OperationId != _previous?.OperationId && !_operations.Add(fact.OperationId))
        {
            Report(fact, "operation-repeated", "an earlier command has the same operation id");
        }

        _previous = fact;
        var hasOrigin = fact.Address is not null || fact.Role != default;
        Counts = Counts with { Facts = Counts.Facts + 1, WithOrigin = Counts.WithOrigin + (hasOrigin ? 1 : 0) };
    }

    private void Open(JournalFact fact)
    {
        if (_previous is not null && string.CompareOrdinal(fact.Entity, _previous.Entity) < 0)
        {
            Report(fact, "out-of-order", $"the entity comes after {_previous.Entity}");
        }

        _previous = null;
        _operations.Clear();
        Counts = Counts with { Entities = Counts.Entities + 1 };
    }

    private void CheckChain(JournalFact fact)
    {
        var expected = (_previous?.Version ?? 0) + 1;
        if (fact.Version != expected)
        {
            Report(fact, "version-gap", $"version {expected} is expected here");
        }
        else if (!fact.Follows(_previous))
        {
            Report(fact, "chain-broken", "the fact was altered, or is not chained to the fact before it");
        }
    }

    private void Report(JournalFact fact, string code, string detail) =>
        report(new Finding("journal", fact.Entity, null, fact.Version, code, detail));
}
