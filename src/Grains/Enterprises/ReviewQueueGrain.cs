using System.Collections.Immutable;
using Marketplace.Enterprises;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Enterprises;

/// <summary>
/// An index in the journal: enterprises are added before they have something to decide, and removed when a check finds nothing pending.
/// Whatever fails in between, no pending review is missing from the list.
/// </summary>
[GrainType("review-queue")]
internal sealed class ReviewQueueGrain(
    IJournal journal,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IReviewQueueGrain
{
    // Enterprises are queried in parallel, in limited numbers.
    private const int AtOnce = 32;

    private EventSourcedEntity<ReviewQueue> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            ReviewQueue.Empty,
            (queue, fact) => queue.Evolve(ReviewQueueEvent.Decode(fact.Type, fact.Payload), calendar)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public async Task Open(Licence licence, long version, CancellationToken cancellationToken)
    {
        if (Entity.State.OpenReviews(licence, version) is { } opened)
        {
            await Append([opened]);
        }
    }

    public async Task<ImmutableArray<EnterpriseAnswer>> List(CancellationToken cancellationToken)
    {
        var answers = ImmutableArray.CreateBuilder<EnterpriseAnswer>();
        var counted = new List<ReviewQueueEvent>();
        foreach (var licences in Entity.State.Open.Keys.OrderBy(licence => licence.Value, StringComparer.Ordinal).Chunk(AtOnce))
        {
            var found = await Task.WhenAll(
                licences.Select(licence => GrainFactory.GetGrain<IEnterpriseGrain>(GrainKeys.Of(licence)).Get(cancellationToken))
            );
            counted.AddRange(
                licences.Zip(found, (licence, answer) => Entity.State.CountDecisions(licence, answer?.State)).OfType<ReviewQueueEvent>()
            );
            answers.AddRange(found.OfType<EnterpriseAnswer>().Where(answer => answer.State.HasWork));
        }

        await Append(counted);
        return answers.ToImmutable();
    }

    public async Task<ReviewReport> Report(CancellationToken cancellationToken)
    {
        var open = (await List(cancellationToken)).SelectMany(answer => answer.State.OpenReviews).ToList();
        var (now, months) = (time.GetUtcNow(), Entity.State.Months);
        return new ReviewReport(
            now,
            months.Values.Sum(month => month.Decided),
            months.Values.Sum(month => month.InTime),
            open.Count,
            open.Count(item => item.Review.Overdue || item.Review.IsLateAt(now)),
            [.. months.Select(month => new ReviewMonth(month.Key, month.Value.Decided, month.Value.InTime))]
        );
    }

    private Task Append(List<ReviewQueueEvent> events) =>
        Entity.Append(Initiator.OfMarketplace(OperationId.Internal("queue", Entity.Version + 1)), events);
}
