using System.Collections.Concurrent;

namespace Marketplace.Replay.Deliveries;

/// <summary>What is wrong with deliveries, by kind. None may ever be.</summary>
internal enum Wrong
{
    /// <summary>An event came before one that it must not overtake was acknowledged.</summary>
    OutOfOrder,

    /// <summary>An event came again under another id.</summary>
    OtherId,

    /// <summary>An event came again as other bytes.</summary>
    OtherBytes,

    /// <summary>Nobody sent such an event, or not of this seller.</summary>
    Stranger,

    /// <summary>A buyer's private data.</summary>
    Leak,

    /// <summary>A request that is not signed with the endpoint's secret, or too old.</summary>
    Signature,

    /// <summary>What arrived is not of the agreed form.</summary>
    Form,

    /// <summary>A plugin's call was refused.</summary>
    Refusal,
}

/// <summary>Counts what is wrong, and keeps the first few of each kind in words. Safe to use from several workers.</summary>
internal sealed class Findings
{
    private const int Kept = 5;
    private readonly ConcurrentDictionary<Wrong, int> _counts = new();
    private readonly ConcurrentQueue<string> _examples = new();

    public IReadOnlyList<string> Examples => [.. _examples];

    public int Of(Wrong kind) => _counts.GetValueOrDefault(kind);

    /// <remarks><c>what</c>: where, never a buyer's data.</remarks>
    public void Add(Wrong kind, string what)
    {
        if (_counts.AddOrUpdate(kind, 1, (_, count) => count + 1) <= Kept)
        {
            _examples.Enqueue(what);
        }
    }
}
