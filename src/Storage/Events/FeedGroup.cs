using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Storage.Commit;

namespace Marketplace.Storage.Events;

/// <summary>Events of one seller that are appended together.</summary>
internal sealed class FeedGroup(IReadOnlyList<FeedEvent> events) : AppendGroup<FeedAppend>
{
    public IReadOnlyList<FeedEvent> Events => events;

    /// <summary>Set before the group is refused: positions of events that stand in another seller's feed.</summary>
    public IReadOnlyList<int> Known { get; set; } = [];

    /// <summary>What stands for the events' (source, id) in the unique index, in order.</summary>
    public IReadOnlyList<byte[]> Keys { get; } = [.. events.Select(item => EventKey.Of(item.Source, item.Id))];

    public override string Key => events[0].Seller.Value;

    public override int Rows => events.Count;

    public override int Bytes { get; } = events.Sum(item => item.Data.Length + item.Sealed.Length + 256);

    /// <summary>Positions of events whose key is among the taken ones or occurs earlier in the append.</summary>
    public IReadOnlyList<int> PlacesOf(IEnumerable<byte[]> taken)
    {
        var seen = taken.Select(Convert.ToHexString).ToHashSet();
        return [.. Enumerable.Range(0, Keys.Count).Where(place => !seen.Add(Convert.ToHexString(Keys[place])))];
    }

    protected override void OnCommitted() => Complete(new FeedAppend(FeedAppendResult.Appended, []));

    protected override void OnRefused() =>
        Complete(new FeedAppend(Known.Count > 0 ? FeedAppendResult.Known : FeedAppendResult.Fenced, Known));
}
