using System.Collections.Concurrent;
using System.Net;
using Marketplace.TestKit.Client;

namespace Marketplace.Process.Tests.Load;

/// <summary>A write with its idempotency key.</summary>
internal sealed record KeyedWrite(string Installation, string Order, string Key);

/// <summary>A counted call whose answer was received.</summary>
internal sealed record Acknowledged(string Installation, Receipt Receipt, string? Key);

/// <summary>What the callers know: what they tried and what was acknowledged to them. Thread-safe.</summary>
internal sealed class CallHistory
{
    private readonly ConcurrentDictionary<string, long> _attempts = new();
    private readonly ConcurrentDictionary<string, KeyedWrite> _unanswered = new();
    private long _unavailable;

    /// <summary>By call id.</summary>
    public ConcurrentDictionary<string, Acknowledged> Acknowledged { get; } = new();

    /// <summary>All writes with a key that were ever tried, by key.</summary>
    public ConcurrentDictionary<string, KeyedWrite> Writes { get; } = new();

    /// <summary>Calls tried per installation, answered or not.</summary>
    public IReadOnlyDictionary<string, long> Attempts => _attempts;

    /// <summary>Writes whose answer was never received.</summary>
    public ICollection<KeyedWrite> Unanswered => _unanswered.Values;

    /// <summary>Calls answered with a 503 problem document.</summary>
    public long Unavailable => Interlocked.Read(ref _unavailable);

    public void Tries(string installation, KeyedWrite? write)
    {
        _attempts.AddOrUpdate(installation, 1, (_, tried) => tried + 1);
        if (write is not null)
        {
            Writes[write.Key] = write;
            _unanswered[write.Key] = write;
        }
    }

    /// <summary>Takes down an answer.</summary>
    /// <exception cref="InvalidOperationException">It is neither a success nor a refusal the load may meet.</exception>
    public void Answered(string installation, KeyedWrite? write, Answer answer)
    {
        if (answer is { Status: HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable, ProblemCode: not null, Receipt: null })
        {
            Interlocked.Add(ref _unavailable, answer.Status == HttpStatusCode.ServiceUnavailable ? 1 : 0);
            return;
        }

        if (answer.Status != HttpStatusCode.OK || answer.Receipt is not { } receipt)
        {
            throw new InvalidOperationException($"{installation} was answered unexpectedly: {answer}");
        }

        if (write is not null)
        {
            _unanswered.TryRemove(write.Key, out _);
        }

        var taken = new Acknowledged(installation, receipt, write?.Key);
        if (!Acknowledged.TryAdd(receipt.Call, taken) && Acknowledged[receipt.Call] != taken)
        {
            throw new InvalidOperationException($"Two receipts for one call: {Acknowledged[receipt.Call]} and {taken}");
        }
    }
}
