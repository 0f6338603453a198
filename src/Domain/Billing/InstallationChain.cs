using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Billing;

/// <summary>Verifies the rows of one installation: the links between its days.</summary>
internal sealed class InstallationChain(InstallationId installation, Action<Finding> report, bool isExcerpt)
{
    /// <summary>
    /// Earlier days with rows that a new day may be chained to. Bounds memory; one is usual, two if a whole day was settled late.
    /// </summary>
    private const int KeptDays = 7;

    private readonly LinkedList<DayChain> _earlier = [];
    private DayChain? _day;
    private Digest? _before;
    private long _late;

    public InstallationId Installation => installation;

    public long Days { get; private set; }

    public RatedRow? Add(UsageRow row)
    {
        if (_day?.Date != row.Day)
        {
            Open(row);
        }

        return _day!.Add(row);
    }

    /// <summary>The number of late rows. The last day has none, because no day has opened after it.</summary>
    public long Complete() => _late + _earlier.Sum(day => day.NotLinked);

    private void Open(UsageRow row)
    {
        if (_day is not null)
        {
            if (row.Day < _day.Date)
            {
                Report(row, "out-of-order", $"the day comes after {_day.Date:yyyy-MM-dd}");
            }

            Keep(_day);
        }

        Days++;
        var opening = ReadOpening(row);
        _day = new DayChain(row.Day, opening, report);
        if (opening is not null && !Links(opening.Previous, row.Day))
        {
            Report(row, "link-unknown", "the day is not chained to a row of an earlier day of the installation");
        }
    }

    private void Keep(DayChain day)
    {
        day.Close();
        _earlier.AddFirst(day);
        if (_earlier.Count > KeptDays)
        {
            _late += _earlier.Last!.Value.NotLinked;
            _earlier.RemoveLast();
        }
    }

    private DayOpening? ReadOpening(UsageRow row)
    {
        if (row.Opening.IsEmpty)
        {
            Report(row, "opening-missing", "the first row of the day carries no price book");
            return null;
        }

        try
        {
            return DayOpening.Decode(row.Opening);
        }
        catch (FormatException e)
        {
            Report(row, "opening-unreadable", e.Message);
            return null;
        }
    }

    private bool Links(ReadOnlyMemory<byte> previous, DateOnly day)
    {
        if (isExcerpt && Digest.Of(previous) is { } end && (Days == 1 || end == _before))
        {
            // The row before the excerpt; a day that was settled late may be chained to it as well as the first one.
            _before = end;
            return true;
        }

        if (previous.Span.SequenceEqual(UsageRow.Genesis.Span))
        {
            // The very first call can be settled after midnight, when the next day has already opened: its whole day is then late.
            return _earlier.Count <= 1;
        }

        return Digest.Of(previous) is { } hash && _earlier.Any(earlier => earlier.Date < day && earlier.Link(hash));
    }

    private void Report(UsageRow row, string code, string detail) =>
        report(new Finding("ledger", row.Installation.ToString(), row.Day, row.Seq, code, detail));
}
