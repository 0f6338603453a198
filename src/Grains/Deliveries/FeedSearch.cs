using Marketplace.Events;

namespace Marketplace.Grains.Deliveries;

/// <summary>Finds positions in a feed.</summary>
internal static class FeedSearch
{
    /// <summary>The position of the last event accepted before an instant; 0 if there is none.</summary>
    public static async Task<long> LastBefore(IFeedGrain feed, DateTimeOffset instant)
    {
        // The feed accepts events in the order of their positions, so halving finds it.
        var (low, high) = (0L, await feed.GetHead(CancellationToken.None));
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            var page = await feed.ReadEvents(middle - 1, 1, CancellationToken.None);
            (low, high) = page.Events[0].AcceptedAt < instant ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
