using System.Collections.Concurrent;
using Marketplace.Replay.Billing;

namespace Marketplace.Replay.Plugin;

/// <summary>Findings of the walk through one seller's orders. Thread-safe.</summary>
internal sealed class SellerResult(string seller)
{
    private int _lostReplies;

    public string Seller { get; } = seller;

    public int Expected { get; set; }

    /// <summary>Orders listed by the server but not sent in this run, for example from another dataset.</summary>
    public int Unknown { get; set; }

    public ConcurrentDictionary<string, byte> Checked { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, byte> Missing { get; } = new(StringComparer.Ordinal);

    /// <summary>By order, the members that differ.</summary>
    public ConcurrentDictionary<string, string> Different { get; } = new(StringComparer.Ordinal);

    public ConcurrentBag<string> Leaks { get; } = [];

    /// <summary>Answers that a correct server would not give.</summary>
    public ConcurrentBag<string> Failures { get; } = [];

    public ConcurrentBag<Receipt> Receipts { get; } = [];

    public int LostReplies => _lostReplies;

    public BillVerdict? Bill { get; set; }

    public void LostReply() => Interlocked.Increment(ref _lostReplies);
}
