using System.Collections.Immutable;
using Marketplace.Audit;
using Marketplace.Enterprises;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Enterprises;

/// <summary>
/// An index in the journal: enterprises announce themselves before they have something to decide, and are taken off when a look at them finds
/// nothing left. Whatever fails in between, nothing that waits is missing from the list.
/// </summary>
[GrainType("review-queue")]
internal sealed class ReviewQueueGrain(
    IJournal journal, MarketCalendar calendar, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IReviewQueueGrain
{
    // Enterprises are asked in parallel, but not all at once.
    private const int AtOnce = 32;

    private EntityLog? _log;
    private ReviewQueue _state = ReviewQueue.Empty;

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Log.Load(Fold, cancellationToken);

    public async Task Open(Licence licence, long version, CancellationToken cancellationToken)
    {
        if (_state.Opening(licence, version) is { } opened)
        {
            await Append([opened]);
        }
    }

    public async Task<ImmutableArray<EnterpriseAnswer>> List(CancellationToken cancellationToken)
    {
        var answers = ImmutableArray.CreateBuilder<EnterpriseAnswer>();
        var seen = new List<ReviewQueueEvent>();
        foreach (var licences in _state.Open.Keys.OrderBy(licence => licence.Value, StringComparer.Ordinal).Chunk(AtOnce))
        {
            var found = await Task.WhenAll(licences.Select(licence =>
                GrainFactory.GetGrain<IEnterpriseGrain>(GrainKeys.Of(licence)).Get(cancellationToken)));
            seen.AddRange(licences.Zip(found, (licence, answer) => _state.Looking(licence, answer?.State)).OfType<ReviewQueueEvent>());
            answers.AddRange(found.OfType<EnterpriseAnswer>().Where(answer => answer.State.HasWork));
        }

        await Append(seen);
        return answers.ToImmutable();
    }

    public async Task<ReviewReport> Report(CancellationToken cancellationToken)
    {
        var open = (await List(cancellationToken)).SelectMany(answer => answer.State.OpenReviews).ToList();
        var (now, months) = (time.GetUtcNow(), _state.Months);
        return new ReviewReport(
            now,
            months.Values.Sum(month => month.Decided),
            months.Values.Sum(month => month.InTime),
            open.Count,
            open.Count(item => item.Review.Overdue || item.Review.IsLateAt(now)),
            [.. months.Select(month => new ReviewMonth(month.Key, month.Value.Decided, month.Value.InTime))]);
    }

    private async Task Append(List<ReviewQueueEvent> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        try
        {
            var by = new Initiator("marketplace", $"queue→{Log.Version + 1}");
            foreach (var fact in await Log.Append(by, events.Select(happened => (happened.Type, happened.Encode()))))
            {
                Fold(fact);
            }
        }
        catch (Exception)
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private void Fold(JournalFact fact) => _state = _state.Evolve(ReviewQueueEvent.Decode(fact.Type, fact.Payload), calendar);
}
