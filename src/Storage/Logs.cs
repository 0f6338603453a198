using Marketplace.Billing;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.Storage.Commit;
using Marketplace.Storage.Deliveries;
using Marketplace.Storage.Events;
using Marketplace.Storage.Journal;
using Marketplace.Storage.Quotas;

namespace Marketplace.Storage;

/// <summary>The journal over a writer and a reader of either store.</summary>
internal sealed class JournalLog(CommitWriter<JournalGroup> writer, IJournalReader reader) : IJournal
{
    public Task<bool> Append(IReadOnlyList<JournalFact> facts, CancellationToken cancellationToken)
    {
        var group = new JournalGroup(facts);
        writer.Add(group);
        return group.Answer.WaitAsync(cancellationToken);
    }

    public IAsyncEnumerable<JournalFact> Read(string entity, long afterVersion, CancellationToken cancellationToken) =>
        reader.Read(entity, afterVersion, cancellationToken);

    public Task<bool> HasOperation(string entity, string operationId, CancellationToken cancellationToken) =>
        reader.HasOperation(entity, operationId, cancellationToken);

    public IAsyncEnumerable<JournalFact> ReadAll(string afterEntity, long afterVersion, CancellationToken cancellationToken) =>
        reader.ReadAll(afterEntity, afterVersion, cancellationToken);
}

/// <summary>The feed over a writer and a reader of either store.</summary>
internal sealed class FeedLog(CommitWriter<FeedGroup> writer, IFeedReader reader) : IFeed
{
    public Task<FeedAppend> Append(IReadOnlyList<FeedEvent> events, CancellationToken cancellationToken)
    {
        var group = new FeedGroup(events);
        writer.Add(group);
        return group.Answer.WaitAsync(cancellationToken);
    }

    public IAsyncEnumerable<FeedEvent> Read(SellerId seller, long afterSeq, CancellationToken cancellationToken) =>
        reader.Read(seller, afterSeq, cancellationToken);

    public Task<IReadOnlyList<FeedEvent>> ReadPage(SellerId seller, long afterSeq, int limit, CancellationToken cancellationToken) =>
        reader.ReadPage(seller, afterSeq, limit, cancellationToken);

    public IAsyncEnumerable<FeedEvent> ReadAll(string afterSeller, long afterSeq, CancellationToken cancellationToken) =>
        reader.ReadAll(afterSeller, afterSeq, cancellationToken);
}

/// <summary>The usage ledger over a writer and a reader of either store.</summary>
internal sealed class UsageLedger(CommitWriter<UsageSignal> writer, IUsageReader reader) : IUsageLedger
{
    public bool IsAccepting => writer.IsAccepting;

    public bool Signal(IUsageSource source) => writer.TryAdd(new UsageSignal(source));

    public Task<IReadOnlyList<UsageRow>> ReadDayHeads(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) => reader.ReadDayHeads(installation, from, to, cancellationToken);

    public Task<IReadOnlyList<UsageRow>> ReadDayOpenings(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) => reader.ReadDayOpenings(installation, from, to, cancellationToken);

    public Task<UsageRow?> ReadLastBefore(InstallationId installation, DateOnly day, CancellationToken cancellationToken) =>
        reader.ReadLastBefore(installation, day, cancellationToken);

    public IAsyncEnumerable<UsageRow> ReadDay(
        InstallationId installation,
        DateOnly day,
        bool keyedOnly,
        CancellationToken cancellationToken
    ) => reader.ReadDay(installation, day, keyedOnly, cancellationToken);

    public IAsyncEnumerable<UsageRow> ReadDayAfter(
        InstallationId installation,
        DateOnly day,
        int afterSeq,
        CancellationToken cancellationToken
    ) => reader.ReadDayAfter(installation, day, afterSeq, cancellationToken);

    public Task<UsageRow?> ReadRow(InstallationId installation, DateOnly day, int seq, CancellationToken cancellationToken) =>
        reader.ReadRow(installation, day, seq, cancellationToken);

    public IAsyncEnumerable<UsageRow> ReadAll(
        string afterInstallation,
        DateOnly afterDay,
        int afterSeq,
        CancellationToken cancellationToken
    ) => reader.ReadAll(afterInstallation, afterDay, afterSeq, cancellationToken);
}

/// <summary>The delivery log over a writer and a reader of either store.</summary>
internal sealed class DeliveryLog(CommitWriter<DeliveryGroup> writer, DeliveryReads reader) : IDeliveryLog
{
    public Task<bool> Append(DeliveryCommit commit, CancellationToken cancellationToken) =>
        Commit(new DeliveryGroup(commit), cancellationToken);

    public Task Mark(InstallationId installation, DateTimeOffset? dueAt, CancellationToken cancellationToken) =>
        Commit(new DeliveryGroup(installation, dueAt), cancellationToken);

    public Task PutOff(InstallationId installation, DeliveryNote known, DateTimeOffset? dueAt, CancellationToken cancellationToken) =>
        Commit(new DeliveryGroup(installation, known, dueAt), cancellationToken);

    public Task<IReadOnlyList<InstallationId>> ReadDue(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        reader.ReadDue(now, limit, cancellationToken);

    public Task<DeliverySnapshot?> ReadState(InstallationId installation, CancellationToken cancellationToken) =>
        reader.ReadState(installation, cancellationToken);

    public IAsyncEnumerable<DeliveryRow> Read(InstallationId installation, long afterNo, CancellationToken cancellationToken) =>
        reader.Read(installation, afterNo, cancellationToken);

    public Task<IReadOnlyList<DeliveryRow>> ReadNewest(
        InstallationId installation,
        long beforeNo,
        int limit,
        CancellationToken cancellationToken
    ) => reader.ReadNewest(installation, beforeNo, limit, cancellationToken);

    public IAsyncEnumerable<DeliveryRow> ReadAbout(
        InstallationId installation,
        long firstSeq,
        long lastSeq,
        CancellationToken cancellationToken
    ) => reader.ReadAbout(installation, firstSeq, lastSeq, cancellationToken);

    public IAsyncEnumerable<DeliveryRow> ReadAll(string afterInstallation, long afterNo, CancellationToken cancellationToken) =>
        reader.ReadAll(afterInstallation, afterNo, cancellationToken);

    private Task<bool> Commit(DeliveryGroup group, CancellationToken cancellationToken)
    {
        writer.Add(group);
        return group.Answer.WaitAsync(cancellationToken);
    }
}
