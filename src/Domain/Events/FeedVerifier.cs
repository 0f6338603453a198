using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Events;

/// <summary>The amount of feed verified.</summary>
public readonly record struct FeedCounts(long Sellers, long Events);

/// <summary>
/// Verifies the feed: numbers 1, 2, 3 … without gaps, no (source, id) twice in one seller's feed, and public parts that are valid JSON.
/// Expects events in order of seller (ordinal) and seq.
/// </summary>
/// <remarks>Memory: 32 bytes per event of one seller.</remarks>
public sealed class FeedVerifier(Action<Finding> report)
{
    private readonly HashSet<Digest> _names = [];
    private SellerId? _seller;
    private long _seq;

    public FeedCounts Counts { get; private set; }

    public void Add(FeedEvent item)
    {
        if (_seller != item.Seller)
        {
            Open(item);
        }

        if (item.Seq != _seq + 1)
        {
            Report(item, "seq-gap", $"seq {_seq + 1} is expected here");
        }

        if (!_names.Add(Digest.OfPair(item.Source, item.Id)))
        {
            Report(item, "event-repeated", "an earlier event has the same source and id");
        }

        if (!JsonText.IsValid(item.Data.Span))
        {
            Report(item, "data-unreadable", "the public part is not JSON");
        }

        _seq = item.Seq;
        Counts = Counts with { Events = Counts.Events + 1 };
    }

    private void Open(FeedEvent item)
    {
        if (_seller is { } last && string.CompareOrdinal(item.Seller.Value, last.Value) < 0)
        {
            Report(item, "out-of-order", $"the seller comes after {last}");
        }

        (_seller, _seq) = (item.Seller, 0);
        _names.Clear();
        Counts = Counts with { Sellers = Counts.Sellers + 1 };
    }

    private void Report(FeedEvent item, string code, string detail) =>
        report(new Finding("feed", item.Seller.Value, null, item.Seq, code, detail));
}
