using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Storage.Commit;
using Marketplace.Storage.Deliveries;
using Marketplace.Storage.Events;
using Marketplace.Storage.Journal;
using Marketplace.Storage.Quotas;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage;

/// <summary>The journal on either store: what can be read of it, and its writer.</summary>
internal sealed class JournalLog(CommitWriter<JournalGroup> writer, IStoreReads store) : JournalReader(store), IJournal
{
    public Task<bool> Append(IReadOnlyList<JournalFact> facts, CancellationToken cancellationToken)
    {
        var group = new JournalGroup(facts);
        writer.Add(group);
        return group.Answer.WaitAsync(cancellationToken);
    }
}

/// <summary>The feed on either store: what can be read of it, and its writer.</summary>
internal sealed class FeedLog(CommitWriter<FeedGroup> writer, IStoreReads store) : FeedReader(store), IFeed
{
    public Task<FeedAppend> Append(IReadOnlyList<FeedEvent> events, CancellationToken cancellationToken)
    {
        var group = new FeedGroup(events);
        writer.Add(group);
        return group.Answer.WaitAsync(cancellationToken);
    }
}

/// <summary>The usage ledger on either store: what can be read of it, and its writer.</summary>
internal sealed class UsageLedger(CommitWriter<UsageSignal> writer, IStoreReads store) : UsageReader(store), IUsageLedger
{
    public bool IsAccepting => writer.IsAccepting;

    public bool Signal(IUsageSource source) => writer.TryAdd(new UsageSignal(source));
}

/// <summary>The delivery log on either store: what can be read of it, and its writer.</summary>
internal sealed class DeliveryLog(CommitWriter<DeliveryGroup> writer, IStoreReads store) : DeliveryReader(store), IDeliveryLog
{
    public Task<bool> Append(DeliveryCommit commit, CancellationToken cancellationToken) =>
        Commit(new DeliveryGroup(commit), cancellationToken);

    public Task Mark(InstallationId installation, DateTimeOffset? dueAt, CancellationToken cancellationToken) =>
        Commit(new DeliveryGroup(installation, dueAt), cancellationToken);

    public Task PutOff(InstallationId installation, KnownWakeUp known, DateTimeOffset? dueAt, CancellationToken cancellationToken) =>
        Commit(new DeliveryGroup(installation, known, dueAt), cancellationToken);

    private Task<bool> Commit(DeliveryGroup group, CancellationToken cancellationToken)
    {
        writer.Add(group);
        return group.Answer.WaitAsync(cancellationToken);
    }
}
