using Marketplace.Billing;
using Marketplace.Installations;

namespace Marketplace.Quotas;

/// <summary>One day's counters of one installation: reserved, settled and handed to the ledger.</summary>
internal sealed class MeterDay
{
    private readonly Dictionary<(OperationName Operation, int Tier), long> _tally = [];
    private List<UsageEntry> _pending = [];
    private ReadOnlyMemory<byte> _head;
    private long _taken;
    private int _seq;

    /// <summary>A day without calls.</summary>
    public MeterDay(DateOnly day, PriceBook prices) => (Day, Prices) = (day, prices);

    /// <summary>Continues a day from the ledger.</summary>
    public MeterDay(MeteredDay day)
    {
        (Day, Prices, _head, _seq, _taken, Settled) = (day.Day, day.Prices, day.Hash, day.Seq, day.Calls, day.Calls);
        foreach (var tally in day.Tallies)
        {
            _tally[(tally.Operation, tally.Tier)] = tally.Calls;
        }
    }

    public DateOnly Day { get; }

    public PriceBook Prices { get; }

    /// <summary>Numbered calls, including pending ones.</summary>
    public long Settled { get; private set; }

    /// <summary>Calls with an open permit.</summary>
    public long Reserved { get; set; }

    public long Used => Settled + Reserved;

    /// <summary>Calls answered with a caller's error (4xx): neither counted nor priced, but limited.</summary>
    public long Errors { get; set; }

    public bool HasPending => _pending.Count > 0;

    public UsageRow? InFlight { get; private set; }

    /// <summary>True if no call is in flight.</summary>
    public bool IsIdle => Reserved == 0 && !HasPending && InFlight is null;

    /// <summary>True if the ledger has received a row.</summary>
    public bool HasRows => _seq > 0;

    /// <summary>Hash of the last row handed to the ledger; empty without any.</summary>
    public ReadOnlyMemory<byte> Head => _head;

    public SettledCall Settle(UsageEntry entry)
    {
        Reserved--;
        Settled++;
        _pending.Add(entry);
        return new SettledCall(Day, Settled, Prices.PriceOf(Settled), Prices.Rate(0, Settled));
    }

    /// <summary>Packs all pending calls into the next row.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="previous">The hash that the day's first row is chained to.</param>
    public UsageRow CutRow(InstallationId installation, ReadOnlyMemory<byte> previous)
    {
        var entries = _pending;
        _pending = [];
        var number = _taken;
        foreach (var entry in entries)
        {
            var line = (entry.Operation, Prices.TierOf(++number));
            _tally[line] = _tally.GetValueOrDefault(line) + 1;
        }

        _taken = number;
        var row = new UsageRow(
            installation,
            Day,
            ++_seq,
            entries.Count,
            _taken,
            entries.Exists(static entry => entry.Key is not null),
            new UsageBody(Tallies(), entries).Encode(),
            _seq == 1 ? new DayOpening(previous, Prices).Encode() : ReadOnlyMemory<byte>.Empty,
            default
        ).ChainedTo(_seq == 1 ? previous : _head);
        _head = row.Hash;
        InFlight = row;
        return row;
    }

    public void Committed() => InFlight = null;

    private Tally[] Tallies()
    {
        var tallies = new Tally[_tally.Count];
        var next = 0;
        foreach (var ((operation, tier), calls) in _tally)
        {
            tallies[next++] = new Tally(operation, tier, calls);
        }

        return tallies;
    }
}
