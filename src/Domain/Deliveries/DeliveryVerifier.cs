using System.Text.Json;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Deliveries;

/// <summary>The amount of delivery log verified.</summary>
/// <param name="Installations">Installations.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Entries">Entries of all readable rows.</param>
public readonly record struct DeliveryCounts(long Installations, long Rows, long Entries);

/// <summary>
/// Verifies the delivery log: numbers 1, 2, 3 …, every row chained to the previous one, and readable entries within the row's range.
/// Expects rows in order of installation (ordinal) and number.
/// </summary>
/// <remarks>
/// Rows cut off at the end of an installation go undetected, because nothing is chained to them yet; <see cref="CheckEnd"/> detects it
/// where the state stored beside the rows is known.
/// </remarks>
public sealed class DeliveryVerifier(Action<Finding> report)
{
    private const string Log = "delivery";

    private InstallationId? _installation;
    private long _no;
    private ReadOnlyMemory<byte> _hash;

    public DeliveryCounts Counts { get; private set; }

    public void Add(DeliveryRow row)
    {
        if (_installation != row.Installation)
        {
            Open(row);
        }

        if (row.No != _no + 1)
        {
            Report(row, "no-gap", $"number {_no + 1} is expected here");
        }
        else if (!row.Hash.Span.SequenceEqual(row.HashAfter(_hash.Span)))
        {
            Report(row, "chain-broken", "the row was altered, or is not chained to the row before it");
        }

        CheckEntries(row);
        (_no, _hash) = (row.No, row.Hash);
        Counts = Counts with { Rows = Counts.Rows + 1 };
    }

    /// <summary>Compares the last row added with the last row named by the installation's state.</summary>
    /// <param name="no">The number in the state.</param>
    /// <param name="hash">The hash in the state.</param>
    public void CheckEnd(long no, ReadOnlyMemory<byte> hash)
    {
        if (_installation is not { } installation)
        {
            return;
        }

        if (no != _no || !hash.Span.SequenceEqual(_hash.Span))
        {
            report(
                new Finding(
                    Log,
                    installation.ToString(),
                    null,
                    _no,
                    "end-differs",
                    $"the state names row {no} as the last one, or another hash of it"
                )
            );
        }
    }

    private void Open(DeliveryRow row)
    {
        if (_installation is { } last && string.CompareOrdinal(row.Installation.ToString(), last.ToString()) < 0)
        {
            Report(row, "out-of-order", $"the installation comes after {last}");
        }

        (_installation, _no, _hash) = (row.Installation, 0, DeliveryRow.NoHash);
        Counts = Counts with { Installations = Counts.Installations + 1 };
    }

    private void CheckEntries(DeliveryRow row)
    {
        try
        {
            var entries = row.Entries;
            Counts = Counts with { Entries = Counts.Entries + entries.Count };
            if (entries.Count == 0 || entries.Min(entry => entry.Seq) != row.FirstSeq || entries.Max(entry => entry.To) != row.LastSeq)
            {
                Report(row, "range-wrong", "the entries do not span the places that the row names");
            }
        }
        catch (JsonException)
        {
            Report(row, "entries-unreadable", "the entries are not what a delivery writes");
        }
    }

    private void Report(DeliveryRow row, string code, string detail) =>
        report(new Finding(Log, row.Installation.ToString(), null, row.No, code, detail));
}
