using System.Text;
using Marketplace.Events;
using Marketplace.Privacy;

namespace Marketplace.Grains.Rounds;

/// <summary>
/// Looks for marks of a round's buyers in what the plugin wrote: in its writes, which are in the feed, and in those that were refused for
/// private data, which are findings against it.
/// </summary>
internal sealed class CanarySearch(IGrainFactory grains, RoundJob job)
{
    private const int PageEvents = 256;

    /// <summary>Each place once; never what was found.</summary>
    public async Task<IReadOnlyList<string>> Places(CancellationToken cancellationToken)
    {
        var places = new SortedSet<string>(StringComparer.Ordinal);
        var report = await grains
            .GetGrain<IPrivacyFindingsGrain>(GrainKeys.Conduct(job.Subject.Profile.Id))
            .Read(null, PrivacyFindings.Kept, cancellationToken);
        foreach (var finding in report.Findings.Where(finding => finding.Found.Refused && finding.Found.Installation == job.Installation))
        {
            places.Add($"{finding.Found.Operation.Value}: {finding.Found.Member}");
        }

        var (feed, after) = (grains.GetFeed(job.Round.Id.Seller), 0L);
        while (true)
        {
            var page = await feed.ReadEvents(after, PageEvents, cancellationToken);
            if (page.Events.IsEmpty)
            {
                return [.. places];
            }

            foreach (var @event in page.Events.Where(IsOfPlugin))
            {
                if (job.Plan.Marks.AreIn(@event.Subject) || job.Plan.Marks.AreIn(Encoding.UTF8.GetString(@event.Data.Span)))
                {
                    places.Add(@event.Type);
                }
            }

            after = page.Events[^1].Seq;
        }
    }

    private static bool IsOfPlugin(PluginEvent @event) =>
        @event.Source.StartsWith(EventParser.PluginSourcePrefix, StringComparison.OrdinalIgnoreCase);
}
