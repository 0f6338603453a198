using System.Buffers;
using System.Security.Cryptography;
using Marketplace.Evidence;
using Marketplace.Journal;

namespace Marketplace.Billing.Proofs;

/// <summary>
/// Verifies a seller's proof line by line without a store: every row and its chain, every call's price, and that the last line names
/// exactly these rows. The signature of the last line is the caller's to check.
/// </summary>
/// <remarks>Memory: one line, and one entry for each installation and day.</remarks>
public sealed class BillProofVerifier : IDisposable
{
    private const string Log = "proof";

    private readonly Action<Finding> _report;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly LedgerVerifier _ledger;
    private readonly BillRecount _recount;
    private readonly LedgerLines _lines = new();
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ProofDays _days = new();
    private readonly Dictionary<(string Installation, DateOnly Day), decimal> _amounts = [];
    private byte[]? _pending;
    private long _count;

    /// <param name="report">Receives every defect.</param>
    public BillProofVerifier(Action<Finding> report)
    {
        _report = report;
        _ledger = new LedgerVerifier(report, isExcerpt: true);
        _recount = new BillRecount(report, day => _amounts[(day.Installation.ToString(), day.Day)] = day.Total.Amount);
    }

    /// <summary>Adds the next line, without its line break.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        if (_pending is { } row)
        {
            AddRow(row);
        }

        _pending = line.ToArray();
    }

    /// <summary>Completes the proof with the last line.</summary>
    /// <returns>The head with its signature, to be checked; null if there is none, which was reported.</returns>
    public (BillProof Head, EvidenceSignature Signature, ReadOnlyMemory<byte> Signed)? Complete()
    {
        _ledger.Complete();
        _recount.Complete();
        try
        {
            var signed = SignedProof.Decode(_pending);
            var head = BillProof.Decode(signed.Head.Span);
            Check(head);
            return (head, signed.Signature, signed.Head);
        }
        catch (FormatException e)
        {
            Report("head-unreadable", e.Message);
            return null;
        }
    }

    public void Dispose() => _hash.Dispose();

    private void AddRow(byte[] line)
    {
        _count++;
        _hash.AppendData(line);
        _hash.AppendData("\n"u8);
        try
        {
            var row = LedgerLineReader.Read(line);
            _line.ResetWrittenCount();
            _lines.Write(row, _line);
            if (!_line.WrittenSpan[..^1].SequenceEqual(line))
            {
                Report("line-differs", $"line {_count} does not say what its row says");
            }

            if (_ledger.Add(row) is { } rated)
            {
                _recount.Add(rated);
                _days.Add(row);
            }
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            Report("line-unreadable", $"line {_count}: {e.Message}");
        }
    }

    private void Check(BillProof head)
    {
        if (head.LinesSha256 != Convert.ToHexStringLower(_hash.GetCurrentHash()))
        {
            Report("lines-differ", "the lines are not those that the last line was made for");
        }

        if (!head.Days.SequenceEqual(_days.All))
        {
            Report("days-differ", "the last line names other days, rows, hashes or amounts than the lines hold");
        }

        foreach (var day in head.Days)
        {
            if (
                day.Installation.Seller != head.Seller
                || (head.Plugin is { } only && day.Installation.Plugin != only)
                || new DateOnly(day.Day.Year, day.Day.Month, 1) != head.Month
            )
            {
                Report("day-foreign", $"{day.Installation} {day.Day:yyyy-MM-dd} is not of the bill");
            }

            if (_amounts.GetValueOrDefault((day.Installation.ToString(), day.Day)) != day.Amount.Amount)
            {
                Report("amount-differs", $"{day.Installation} {day.Day:yyyy-MM-dd} costs another amount, call by call");
            }
        }
    }

    private void Report(string code, string detail) => _report(new Finding(Log, "-", null, 0, code, detail));
}
