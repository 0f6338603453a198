using System.Collections.Concurrent;

namespace Marketplace.Replay.Deliveries;

/// <summary>Kinds of delivery errors. None may ever occur.</summary>
internal enum Wrong
{
    /// <summary>An event arrived before one it must not overtake was acknowledged.</summary>
    OutOfOrder,

    /// <summary>An event arrived again with another id.</summary>
    OtherId,

    /// <summary>An event arrived again with other bytes.</summary>
    OtherBytes,

    /// <summary>An event that was never sent, or not for this seller.</summary>
    Stranger,

    /// <summary>A buyer's private data.</summary>
    Leak,

    /// <summary>A request with an invalid or outdated signature.</summary>
    Signature,

    /// <summary>A malformed message.</summary>
    Form,

    /// <summary>A plugin's call was refused.</summary>
    Refusal,
}

/// <summary>Counts errors, and keeps the first few descriptions of each kind. Thread-safe.</summary>
internal sealed class Findings
{
    private const int Kept = 5;
    private readonly ConcurrentDictionary<Wrong, int> _counts = new();
    private readonly ConcurrentQueue<string> _examples = new();

    public IReadOnlyList<string> Examples => [.. _examples];

    public int Of(Wrong kind) => _counts.GetValueOrDefault(kind);

    /// <remarks><c>what</c>: the location, never a buyer's data.</remarks>
    public void Add(Wrong kind, string what)
    {
        if (_counts.AddOrUpdate(kind, 1, (_, count) => count + 1) <= Kept)
        {
            _examples.Enqueue(what);
        }
    }
}
