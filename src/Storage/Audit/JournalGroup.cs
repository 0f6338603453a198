using Marketplace.Audit;
using Marketplace.Storage.Commit;

namespace Marketplace.Storage.Audit;

/// <summary>The facts of one command. Answers false if the entity was changed by another activation.</summary>
internal sealed class JournalGroup(IReadOnlyList<JournalFact> facts) : AppendGroup<bool>
{
    public IReadOnlyList<JournalFact> Facts => facts;

    public override string Key => facts[0].Entity;

    public override int Rows => facts.Count;

    public override int Bytes { get; } = facts.Sum(fact => fact.Payload.Length + 256);

    protected override void OnCommitted() => Complete(true);

    protected override void OnRefused() => Complete(false);
}
