using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace.Billing;

/// <summary>
/// The rows of one installation's day: each is chained to the one before, and the day's tally is counted again call by call.
/// </summary>
internal sealed class DayChain(DateOnly date, DayOpening? opening, Action<Finding> report)
{
    // Row number by hash: what a later day may be chained to. Dropped with the day.
    private readonly Dictionary<Digest, int> _rows = [];
    private readonly HashSet<UInt128> _calls = [];
    private readonly Dictionary<UInt128, DateTimeOffset> _keys = [];
    private Dictionary<(string Operation, int Tier), long> _tally = [];
    private ReadOnlyMemory<byte>? _previous = opening?.Previous;
    private int _seq;
    private int _count;
    private int _linked;
    private long _cumulative;

    public DateOnly Date => date;

    /// <summary>Rows after the last one that a later day is chained to.</summary>
    public int NotLinked => _count - _linked;

    /// <summary>True if a row of the day has this hash; remembers it as linked.</summary>
    public bool Link(Digest hash)
    {
        var known = _rows.TryGetValue(hash, out var position);
        _linked = known ? Math.Max(_linked, position) : _linked;
        return known;
    }

    /// <summary>No more rows: only the hashes are needed from here on.</summary>
    public void Close()
    {
        _calls.Clear();
        _calls.TrimExcess();
        _keys.Clear();
        _keys.TrimExcess();
        _tally = [];
    }

    public RatedRow? Add(UsageRow row)
    {
        CheckNumbers(row);
        CheckHash(row);
        var body = ReadBody(row);
        if (body is not null)
        {
            CheckCalls(row, body);
        }

        // Go on from what the row says, so that one broken row is one finding and not one for each row behind it.
        (_seq, _cumulative, _previous) = (row.Seq, row.Cumulative, row.Hash);
        _count++;
        if (Digest.Of(row.Hash) is { } hash)
        {
            _rows.TryAdd(hash, _count);
        }

        return body is not null && opening is not null ? new RatedRow(row, body, opening.Prices) : null;
    }

    private void CheckNumbers(UsageRow row)
    {
        if (row.Seq != unchecked(_seq + 1))
        {
            Report(row, "seq-gap", $"seq {unchecked(_seq + 1)} is expected here");
        }

        if (row.Count < 1 || row.Cumulative != unchecked(_cumulative + row.Count))
        {
            Report(row, "cumulative-wrong", $"{row.Count} calls after {_cumulative} do not make {row.Cumulative}");
        }

        if (row.Cumulative > opening?.Prices.DailyLimit)
        {
            Report(row, "above-limit", $"call {row.Cumulative} lies above the day's limit of {opening.Prices.DailyLimit}");
        }

        if (_count > 0 && !row.Opening.IsEmpty)
        {
            Report(row, "opening-misplaced", "only the first row of a day carries a price book");
        }
    }

    private void CheckHash(UsageRow row)
    {
        // Without a readable opening the first row's predecessor is unknown; that is a finding of its own.
        if (_previous is { } previous && !row.Follows(previous))
        {
            Report(row, "chain-broken", "the row was altered, or is not chained to the row before it");
        }
    }

    private UsageBody? ReadBody(UsageRow row)
    {
        try
        {
            return UsageBody.Decode(row.Body, row.Count);
        }
        catch (FormatException e)
        {
            Report(row, "body-unreadable", e.Message);
            return null;
        }
    }

    private void CheckCalls(UsageRow row, UsageBody body)
    {
        foreach (var entry in body.Entries)
        {
            CheckCall(row, entry);
        }

        if (row.Keyed != body.Entries.Any(entry => entry.Key is not null))
        {
            Report(row, "keyed-wrong", $"keyed is {row.Keyed}, the calls say otherwise");
        }

        if (opening is not null)
        {
            CheckTally(row, body, opening.Prices);
        }
    }

    private void CheckCall(UsageRow row, UsageEntry entry)
    {
        if (!_calls.Add(entry.CallId))
        {
            Report(row, "call-repeated", $"call {entry.CallId:x32} is in the day before");
        }

        if (entry.Key is { } key && IsRepeated(key.Key, entry.At))
        {
            Report(row, "key-repeated", $"call {entry.CallId:x32} has an idempotency key that was counted in the day before");
        }

        if (entry.Status is < 100 or >= 500)
        {
            Report(row, "status-not-billable", $"call {entry.CallId:x32} was answered with {entry.Status}");
        }
    }

    private bool IsRepeated(UInt128 key, DateTimeOffset at)
    {
        // A day can hold calls more than 24 h apart: a clock that lags reserves in the day that was reached already.
        var repeated = _keys.TryGetValue(key, out var earlier) && (at - earlier).Duration() < KeyWindow.Lifetime;
        _keys[key] = at;
        return repeated;
    }

    private void CheckTally(UsageRow row, UsageBody body, PriceBook prices)
    {
        var number = _cumulative;
        foreach (var entry in body.Entries)
        {
            number = unchecked(number + 1);
            if (number < 1 || number > prices.DailyLimit)
            {
                break;
            }

            var key = (entry.Operation, prices.TierOf(number));
            _tally[key] = _tally.GetValueOrDefault(key) + 1;
        }

        // Both have distinct keys then, so equal numbers of them and every one found means that they are the same.
        var told = body
            .Tallies.DistinctBy(tally => (tally.Operation, tally.Tier))
            .ToDictionary(tally => (tally.Operation, tally.Tier), tally => tally.Calls);
        if (
            told.Count != body.Tallies.Count
            || told.Count != _tally.Count
            || told.Any(tally => _tally.GetValueOrDefault(tally.Key) != tally.Value)
        )
        {
            Report(row, "tally-wrong", "the day's tally is not what its calls add up to");
            _tally = told;
        }
    }

    private void Report(UsageRow row, string code, string detail) =>
        report(new Finding("ledger", row.Installation.ToString(), date, row.Seq, code, detail));
}
