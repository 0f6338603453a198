using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Receivers;

/// <summary>
/// Assigns faults to requests: a function of the seed, the message and its attempt number, so that a run can be repeated. No message fails
/// more than a few times in a row, so that only poisoned ones become dead letters.
/// </summary>
internal sealed class FaultPlan(ulong seed, IReadOnlySet<FaultKind> kinds, int share)
{
    private const int MostInARow = 3;
    private const int OneInPoisoned = 500;
    private const int PercentGone = 15;

    private static readonly FaultKind[] OfRequests =
    [
        FaultKind.Error,
        FaultKind.Hang,
        FaultKind.Drop,
        FaultKind.Lose,
        FaultKind.Lie,
        FaultKind.Garble,
        FaultKind.Busy,
    ];

    private readonly FaultKind[] _ofRequests = [.. OfRequests.Where(kinds.Contains)];
    private readonly ConcurrentDictionary<string, int> _attempts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _gone = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<FaultKind, long> _counts = new();
    private readonly HashSet<string> _poisoned = new(StringComparer.Ordinal);
    private bool _cured;

    /// <summary>Maximum poisoned events: few enough to meet the required accuracy (R13).</summary>
    public long MostPoisoned { get; set; }

    public bool Restarts => kinds.Contains(FaultKind.Restart);

    /// <summary>Number of injected faults by kind.</summary>
    public IReadOnlyDictionary<FaultKind, long> Counts => _counts;

    /// <summary>Requests beyond the first of their message.</summary>
    public long Retried => _attempts.Values.Sum(count => (long)count - 1);

    /// <summary>Accepts poisoned events from now on.</summary>
    public void Cure() => _cured = true;

    /// <summary>True for an event that is refused until <see cref="Cure"/>.</summary>
    /// <remarks><c>mayPoison</c>: true if it may become one now; once poisoned, it stays so.</remarks>
    public bool IsPoisoned(string eventId, bool mayPoison)
    {
        if (!kinds.Contains(FaultKind.Poison) || Draw("poison", eventId, 0).Next(OneInPoisoned) != 0)
        {
            return false;
        }

        lock (_poisoned)
        {
            // Check and add under one lock: receivers answering concurrently could otherwise poison more than the accuracy allows.
            return _poisoned.Contains(eventId) || (mayPoison && _poisoned.Count < MostPoisoned && _poisoned.Add(eventId));
        }
    }

    /// <remarks>
    /// <c>events</c>: the ids of the message's events. <c>mayPoison</c>: true if one of them can be refused without others.
    /// </remarks>
    public FaultKind Next(string installation, string message, IReadOnlyList<string> events, bool mayPoison)
    {
        var attempt = _attempts.AddOrUpdate(message, 1, (_, count) => count + 1);
        var kind =
            !_cured && events.Any(id => IsPoisoned(id, mayPoison)) ? FaultKind.Poison
            : IsGone(installation) ? FaultKind.Gone
            : attempt <= MostInARow && _ofRequests.Length > 0 && Draw("request", message, attempt) is var draw && draw.Chance(share)
                ? draw.Pick(_ofRequests)
            : FaultKind.None;
        if (kind != FaultKind.None)
        {
            Count(kind);
        }

        return kind;
    }

    public void Count(FaultKind kind) => _counts.AddOrUpdate(kind, 1, (_, count) => count + 1);

    private bool IsGone(string installation) =>
        kinds.Contains(FaultKind.Gone)
        && (_gone.IsEmpty || Draw("gone", installation, 0).Chance(PercentGone))
        && _gone.TryAdd(installation, true);

    private SplitMix Draw(string what, string id, int attempt)
    {
        var text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed} {what} {id} {attempt}"));
        return new SplitMix(BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(text)));
    }
}
