using System.Collections.Immutable;
using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Marketplace.Grains.Journal;

[GrainType("audit")]
[StatelessWorker]
internal sealed class AuditGrain(
    IJournal journal,
    IJournalTail tail,
    IFeedTail feed,
    IStreamCursors cursors,
    IDeadLetters deadLetters,
    IAuditCounts counts,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IAuditGrain
{
    /// <summary>A page of a verification ends with the entity that reaches this number of facts.</summary>
    public const int PageFacts = 20_000;

    /// <summary>Maximum findings per page.</summary>
    public const int ListedFindings = 50;

    public async Task<AuditKpis> GetKpis(DateOnly from, CancellationToken cancellationToken)
    {
        // Read the head first: the other way round a cursor would appear to lag more than it does.
        var head = await tail.ReadHead(cancellationToken);
        var feedHead = await feed.ReadHead(cancellationToken);
        var queues = await cursors.ReadAll(cancellationToken);
        var byDay = await counts.Read(from, cancellationToken);
        return new AuditKpis(
            [.. byDay.Select(count => new AuditCount(count.Day, count.Kind, count.Count))],
            head,
            [.. queues.Select(queue => new QueueProgress(queue.Queue, queue.Position, IsOfFeed(queue.Queue) ? feedHead : head))],
            await deadLetters.CountOpen(cancellationToken)
        );
    }

    public async Task<ImmutableArray<DeadLetter>> ListDeadLetters(
        bool openOnly,
        long afterId,
        int limit,
        CancellationToken cancellationToken
    ) => [.. (await deadLetters.List(openOnly, afterId, limit, cancellationToken)).Select(Of)];

    public async Task<DeadLetter?> RetryDeadLetter(long id, CancellationToken cancellationToken)
    {
        if (await deadLetters.Read(id, cancellationToken) is not { } row)
        {
            return null;
        }

        if (row.SettledAt is null)
        {
            await Retry(row, cancellationToken);
        }

        return await deadLetters.Read(id, cancellationToken) is { } after ? Of(after) : null;
    }

    public async Task<ChainReport> Verify(string afterEntity, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var verifier = new JournalVerifier(findings.Add);
        string? entity = null;
        await foreach (var fact in journal.ReadAll(afterEntity, long.MaxValue, cancellationToken))
        {
            if (fact.Entity != entity && verifier.Counts.Facts >= PageFacts)
            {
                return Report(verifier, findings, entity);
            }

            verifier.Add(fact);
            entity = fact.Entity;
        }

        return Report(verifier, findings, null);
    }

    public async Task<ChainReport> VerifyEntity(string entity, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var verifier = new JournalVerifier(findings.Add);
        await foreach (var fact in journal.Read(entity, 0, cancellationToken))
        {
            verifier.Add(fact);
        }

        return Report(verifier, findings, null);
    }

    private async Task Retry(DeadLetterRow row, CancellationToken cancellationToken)
    {
        var letter = row.Letter;
        try
        {
            await (
                letter.Subscriber == ISyncRelay.Name
                    ? GrainFactory.GetGrain<ISyncRelay>(letter.Stream).CatchUp(cancellationToken)
                    : RetryFact(letter, cancellationToken)
            );
        }
        catch (Exception e) when (e is not (StoreUnavailableException or OperationCanceledException))
        {
            await deadLetters.Put(
                letter with
                {
                    Error = AuditDelivery.ErrorText(e),
                    Attempts = 1,
                    At = time.GetUtcNow(),
                },
                CancellationToken.None
            );
            return;
        }

        await deadLetters.Settle(row.Id, time.GetUtcNow(), CancellationToken.None);
    }

    private async Task RetryFact(NewDeadLetter letter, CancellationToken cancellationToken)
    {
        var item = (await tail.ReadAfter(letter.Position - 1, 1, cancellationToken)).SingleOrDefault(item =>
            item.Position == letter.Position
        ) ?? throw new AuditFailureException("the journal has no such fact");
        var subscriber = GrainFactory.GetGrain(GrainId.Create(letter.Subscriber, letter.Stream)).AsReference<IAuditSubscriber>();
        await subscriber.Retry(item, cancellationToken);
    }

    private static bool IsOfFeed(string queue) => queue.StartsWith(Streams.Sync + "-", StringComparison.Ordinal);

    private static ChainReport Report(JournalVerifier verifier, List<Finding> findings, string? next) =>
        new(
            verifier.Counts.Entities,
            verifier.Counts.Facts,
            [.. findings.Take(ListedFindings).Select(finding => new ChainFinding(finding.Key, finding.Seq, finding.Code, finding.Detail))],
            next
        );

    private static DeadLetter Of(DeadLetterRow row) =>
        new(
            row.Id,
            row.Letter.Subscriber,
            row.Letter.Stream,
            row.Letter.Position,
            row.Letter.Entity,
            row.Letter.Version,
            row.Letter.Type,
            row.Letter.Error,
            row.Letter.Attempts,
            row.FirstAt,
            row.Letter.At,
            row.SettledAt
        );
}
