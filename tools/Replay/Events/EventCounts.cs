using System.Collections.Concurrent;
using System.Text.Json;

namespace Marketplace.Replay.Events;

/// <summary>Counts the results of sent events. Thread-safe.</summary>
internal sealed class EventCounts
{
    private readonly ConcurrentDictionary<string, long> _codes = new(StringComparer.Ordinal);
    private long _sent;
    private long _accepted;
    private long _duplicates;
    private long _rejected;

    public long Sent => _sent;

    public long Accepted => _accepted;

    public long Duplicates => _duplicates;

    public long Rejected => _rejected;

    /// <summary>Events missing from the server's answers: neither accepted nor duplicate nor rejected.</summary>
    public long Unaccounted => _sent - _accepted - _duplicates - _rejected;

    public IReadOnlyDictionary<string, long> RejectedByCode => _codes;

    public void Add(int sent, JsonElement answer)
    {
        Interlocked.Add(ref _sent, sent);
        Interlocked.Add(ref _accepted, Number(answer, "accepted"));
        Interlocked.Add(ref _duplicates, Number(answer, "duplicates"));
        if (!answer.TryGetProperty("rejected", out var rejected) || rejected.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        Interlocked.Add(ref _rejected, rejected.GetArrayLength());
        foreach (var one in rejected.EnumerateArray())
        {
            var code = one.TryGetProperty("code", out var text) ? text.GetString() ?? "" : "";
            _codes.AddOrUpdate(code, 1, (_, count) => count + 1);
        }
    }

    private static long Number(JsonElement answer, string member) =>
        answer.TryGetProperty(member, out var number) && number.TryGetInt64(out var value) ? value : 0;
}
