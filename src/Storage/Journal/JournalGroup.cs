using Marketplace.Journal;
using Marketplace.Storage.Commit;

namespace Marketplace.Storage.Journal;

/// <summary>The facts of one command. Answers false if the entity was changed by another activation.</summary>
internal sealed class JournalGroup(IReadOnlyList<JournalFact> facts) : AppendGroup<bool>
{
    public IReadOnlyList<JournalFact> Facts => facts;

    public override string Key => facts[0].Entity;

    public override int Rows => facts.Count;

    public override int Bytes { get; } = facts.Sum(fact => fact.Payload.Length + 256);

    /// <summary>
    /// The fact's place among those of its operation. With it (entity, operation id) is unique per command, although a command may have
    /// several facts: a command is one append, so a repeat collides at its first fact.
    /// </summary>
    public int PartOf(int index)
    {
        var part = 0;
        for (var i = 0; i < index; i++)
        {
            part += facts[i].OperationId == facts[index].OperationId ? 1 : 0;
        }

        return part;
    }

    protected override void OnCommitted() => Complete(true);

    protected override void OnRefused() => Complete(false);
}
