using System.Collections.Immutable;
using CsCheck;
using Marketplace.Billing;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace.Domain.Tests.Billing;

/// <summary>Makes ledger rows as the meter does: day by day, now and then a row of the day before that was settled late.</summary>
internal sealed class History(InstallationId installation)
{
    private static readonly OperationName[] Operations =
    [
        OperationName.Parse("orders.get"),
        OperationName.Parse("orders.list"),
        OperationName.Parse("products.patch"),
        OperationName.Parse("tracking.get"),
    ];
    private readonly List<Day> _days = [];
    private readonly List<UsageRow> _rows = [];
    private readonly List<DateOnly> _late = [];
    private UInt128 _call;

    /// <summary>A book unlike the standard one: cheaper bounds, more tiers, a price below a thousandth.</summary>
    public static PriceBook OtherBook { get; } =
        new(7, [new PriceTier(3, 0m), new PriceTier(7, 0.0205m), new PriceTier(40, 0.015m), new PriceTier(20_000, 0.5m)], "EUR");

    public static Gen<History> Any { get; } =
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 700], Gen.Int[0, 3], Gen.Bool)
            .Array[1, 14]
            .Select(steps => Of("seller-1/label-printer", steps));

    public static Gen<History> Small { get; } =
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 4], Gen.Int[0, 3], Gen.Bool).Array[2, 9].Select(steps => Of("seller-1/label-printer", steps));

    /// <summary>In the order of the store.</summary>
    public IReadOnlyList<UsageRow> Rows => Sorted(_rows);

    public int DaysWithRows => _days.Count(day => day.Seq > 0);

    /// <summary>Rows that were settled after a later day had opened which has rows too.</summary>
    public long Late => _late.Count(date => _days.Any(day => day.Date > date && day.Seq > 0));

    public static IReadOnlyList<UsageRow> Sorted(IEnumerable<UsageRow> rows) =>
        [.. rows.OrderBy(row => row.Installation.ToString(), StringComparer.Ordinal).ThenBy(row => row.Day).ThenBy(row => row.Seq)];

    public static IReadOnlyList<Finding> Verify(IEnumerable<UsageRow> rows) => Verify(rows, out _, out _);

    public static IReadOnlyList<Finding> Verify(IEnumerable<UsageRow> rows, out LedgerCounts counts, out IReadOnlyList<RecountedBill> bills)
    {
        var findings = new List<Finding>();
        var verifier = new LedgerVerifier(findings.Add);
        var recount = new BillRecount(findings.Add);
        foreach (var row in rows)
        {
            if (verifier.Add(row) is { } rated)
            {
                recount.Add(rated);
            }
        }

        recount.Complete();
        (counts, bills) = (verifier.Complete(), recount.Bills);
        return findings;
    }

    public static History Of(string installation, IEnumerable<(int Kind, int Calls, int Operation, bool Keyed)> steps)
    {
        var history = new History(InstallationId.Parse(installation, null));
        history.Open(new DateOnly(2026, 11, 29), PriceBook.Standard);
        foreach (var (kind, calls, operation, keyed) in steps)
        {
            if (kind == 0 && history._days[^1].Seq > 0)
            {
                history.Open(history._days[^1].Date.AddDays(1 + (calls % 3)), calls % 2 == 0 ? PriceBook.Standard : OtherBook);
            }

            history.Append(kind == 1 && history._days.Count > 1 ? ^2 : ^1, calls, operation, keyed);
        }

        return history;
    }

    /// <summary>True if the row is followed by another in its day, or a later day is chained to it; else its loss cannot be seen.</summary>
    public bool IsHeld(UsageRow row) =>
        _rows.Any(other => other.Day == row.Day && other.Seq > row.Seq)
        || _rows.Any(other => !other.Opening.IsEmpty && DayOpening.Decode(other.Opening).Previous.Span.SequenceEqual(row.Hash.Span));

    private void Open(DateOnly date, PriceBook prices) =>
        _days.Add(new Day(date, prices, _days.Count == 0 ? UsageRow.Genesis : _days[^1].Head));

    private void Append(Index index, int calls, int operation, bool keyed)
    {
        var day = _days[index];
        if (day != _days[^1])
        {
            _late.Add(day.Date);
        }

        var entries = Enumerable
            .Range(0, calls)
            .Select(i => new UsageEntry(
                ++_call << 64,
                Operations[(operation + i) % Operations.Length],
                new DateTimeOffset(day.Date, TimeOnly.MinValue, TimeSpan.Zero).AddMilliseconds((day.Seq * 7) + (i % 7)),
                200 + (i % 3),
                keyed && i % 2 == 0 ? new KeyedAnswer(_call, _call + 1, "application/json", new byte[] { 123, 125 }) : null
            ))
            .ToArray();
        _rows.Add(day.Append(installation, entries));
    }

    private sealed class Day(DateOnly date, PriceBook prices, ReadOnlyMemory<byte> end)
    {
        private readonly ReadOnlyMemory<byte> _opening = new DayOpening(end, prices).Encode();
        private readonly Dictionary<(OperationName, int), long> _tally = [];
        private long _calls;

        public DateOnly Date => date;

        public int Seq { get; private set; }

        public ReadOnlyMemory<byte> Head { get; private set; } = end;

        public UsageRow Append(InstallationId installation, UsageEntry[] entries)
        {
            foreach (var entry in entries)
            {
                var key = (entry.Operation, prices.TierOf(++_calls));
                _tally[key] = _tally.GetValueOrDefault(key) + 1;
            }

            var tallies = _tally.Select(line => new Tally(line.Key.Item1, line.Key.Item2, line.Value)).ToImmutableArray();
            var row = new UsageRow(
                installation,
                date,
                ++Seq,
                entries.Length,
                _calls,
                entries.Any(entry => entry.Key is not null),
                new UsageBody(tallies, entries).Encode(),
                Seq == 1 ? _opening : default,
                default
            ).ChainedTo(Head);
            Head = row.Hash;
            return row;
        }
    }
}
