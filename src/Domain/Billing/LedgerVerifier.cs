using Marketplace.Journal;

namespace Marketplace.Billing;

/// <summary>
/// Verifies the usage ledger row by row: numbers, chain, calls, tallies and daily limit (R48–R52). Expects rows in order of installation
/// (ordinal), day and seq. Cannot detect rows cut off at the very end of a day that nothing is chained to yet; receipts prove those.
/// </summary>
/// <param name="report">Receives each defect.</param>
/// <param name="isExcerpt">True if the rows begin in the middle of a chain, as those of one month do: the first link is not known.</param>
/// <remarks>Memory: the call ids of one day and the hashes of a few days of one installation, however long the ledger is.</remarks>
public sealed class LedgerVerifier(Action<Finding> report, bool isExcerpt = false)
{
    private InstallationChain? _chain;
    private LedgerCounts _counts;

    /// <summary>The counts so far; complete after <see cref="Complete"/>.</summary>
    public LedgerCounts Counts => _counts;

    /// <summary>Checks the next row. Returns it with its calls and price book, or null if either cannot be read.</summary>
    public RatedRow? Add(UsageRow row)
    {
        if (_chain?.Installation != row.Installation)
        {
            Open(row);
        }

        var days = _chain!.Days;
        var rated = _chain.Add(row);
        _counts = unchecked(
            _counts with
            {
                Rows = _counts.Rows + 1,
                Calls = _counts.Calls + row.Count,
                Days = _counts.Days + _chain.Days - days,
            }
        );
        return rated;
    }

    public LedgerCounts Complete()
    {
        Close();
        _chain = null;
        return _counts;
    }

    private void Open(UsageRow row)
    {
        if (_chain is { } last && string.CompareOrdinal(row.Installation.ToString(), last.Installation.ToString()) < 0)
        {
            report(
                new Finding(
                    "ledger",
                    row.Installation.ToString(),
                    row.Day,
                    row.Seq,
                    "out-of-order",
                    $"the installation comes after {last.Installation}"
                )
            );
        }

        Close();
        _chain = new InstallationChain(row.Installation, report, isExcerpt);
        _counts = _counts with { Installations = _counts.Installations + 1 };
    }

    private void Close() => _counts = _counts with { Late = _counts.Late + (_chain?.Complete() ?? 0) };
}
