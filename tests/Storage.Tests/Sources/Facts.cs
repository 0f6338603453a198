using Marketplace.Journal;

namespace Marketplace.Storage.Tests.Sources;

internal static class Facts
{
    public static readonly DateTimeOffset Instant = new(2026, 11, 23, 8, 0, 0, 123, TimeSpan.Zero);

    /// <summary>The facts of one command, chained to <paramref name="previous"/>.</summary>
    public static JournalFact[] Command(JournalFact? previous, string entity, string operation, int count = 1)
    {
        var facts = new JournalFact[count];
        for (var i = 0; i < count; i++)
        {
            previous = JournalFact.Following(
                previous,
                entity,
                OperationId.Parse(operation),
                ActorId.Parse("seller-center"),
                Instant,
                "grants-changed",
                "{\"a\":1}"u8.ToArray()
            );
            facts[i] = previous;
        }

        return facts;
    }

    public static bool AreChained(IReadOnlyList<JournalFact> facts) =>
        facts.Index().All(fact => fact.Item.Follows(fact.Index == 0 ? null : facts[fact.Index - 1]));
}
