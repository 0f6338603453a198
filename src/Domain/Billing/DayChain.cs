using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace.Billing;

/// <summary>
/// Verifies the rows of one installation's day: each must be chained to the previous row, and the tally is recounted call by call.
/// </summary>
internal sealed class DayChain(DateOnly date, DayOpening? opening, Action<Finding> report)
{
    // Row number by hash, to verify the link of a later day. Discarded with the day.
    private readonly Dictionary<Digest, int> _rows = [];
    private readonly HashSet<UInt128> _calls = [];
    private readonly Dictionary<UInt128, DateTimeOffset> _keys = [];
    private Dictionary<(OperationName Operation, int Tier), long> _tally = [];
    private ReadOnlyMemory<byte>? _previous = opening?.Previous;
    private int _seq;
    private int _count;
    private int _linked;
    private long _cumulative;

    public DateOnly Date => date;

    /// <summary>Rows after the last one a later day is chained to.</summary>
    public int NotLinked => _count - _linked;

    /// <summary>Returns true and marks the row as linked if a row of the day has this hash.</summary>
    public bool Link(Digest hash)
    {
        var known = _rows.TryGetValue(hash, out var position);
        _linked = known ? Math.Max(_linked, position) : _linked;
        return known;
    }

    /// <summary>Releases everything but the hashes: no more rows will come.</summary>
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

        // Continue from the row's own numbers, so that one broken row is one finding instead of one for each row after it.
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
            Report(row, "above-limit", $"call {row.Cumulative} exceeds the day's limit of {opening.Prices.DailyLimit}");
        }

        if (_count > 0 && !row.Opening.IsEmpty)
        {
            Report(row, "opening-misplaced", "only the first row of a day carries a price book");
        }
    }

    private void CheckHash(UsageRow row)
    {
        // Without a readable opening the first row's predecessor is unknown, which is reported separately.
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
        // A day can hold calls more than 24 h apart: a silo with a lagging clock reserves in the day already reached.
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

        // Keys are distinct on both sides, so equal counts and a match for each key mean equal tallies.
        var tallies = body
            .Tallies.DistinctBy(tally => (tally.Operation, tally.Tier))
            .ToDictionary(tally => (tally.Operation, tally.Tier), tally => tally.Calls);
        if (
            tallies.Count != body.Tallies.Count
            || tallies.Count != _tally.Count
            || tallies.Any(tally => _tally.GetValueOrDefault(tally.Key) != tally.Value)
        )
        {
            Report(row, "tally-wrong", "the day's tally is not what its calls add up to");
            _tally = tallies;
        }
    }

    private void Report(UsageRow row, string code, string detail) =>
        report(new Finding("ledger", row.Installation.ToString(), date, row.Seq, code, detail));
}
