using System.Buffers;
using Marketplace.Billing;
using Marketplace.Billing.Proofs;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Orleans.Concurrency;

namespace Marketplace.Grains.Journal;

/// <summary>Reads the logs in pages, so that a long export blocks neither a turn nor a database connection. Volatile.</summary>
[GrainType("export")]
[StatelessWorker]
internal sealed class ExportGrain(IUsageLedger ledger, IFeed feed, IJournal journal, IDeliveryLog deliveries) : Grain, IExportGrain
{
    /// <summary>A page ends after this number of lines …</summary>
    public const int PageLines = 1_000;

    /// <summary>… or with the line that reaches this number of bytes.</summary>
    public const int PageBytes = 1 << 20;

    public Task<ExportPage> ReadPage(ExportLog log, string after, CancellationToken cancellationToken)
    {
        if (!ExportPosition.TryParse(after, log == ExportLog.Ledger, out var position))
        {
            throw new FormatException("The position is not one of this log.");
        }

        return log switch
        {
            ExportLog.Ledger => Ledger(position, cancellationToken),
            ExportLog.Feed => Page(feed.ReadAll(position.Key, position.Seq, cancellationToken), LogLines.Write, ExportPosition.Of),
            ExportLog.Delivery => Page(
                deliveries.ReadAll(position.Key, position.Seq, cancellationToken),
                LogLines.Write,
                ExportPosition.Of
            ),
            _ => Page(journal.ReadAll(position.Key, position.Seq, cancellationToken), LogLines.Write, ExportPosition.Of),
        };
    }

    public async Task<ProofPage> ReadMonth(InstallationId installation, DateOnly month, string after, CancellationToken cancellationToken)
    {
        if (!ExportPosition.TryParse(after, withDay: true, out var position))
        {
            throw new FormatException("The position is not one of this log.");
        }

        var (lines, days, output) = (new LedgerLines(), new ProofDays(), new ArrayBufferWriter<byte>(4_096));
        if (position == ExportPosition.Start)
        {
            position = new ExportPosition(installation.ToString(), month.AddDays(-1), int.MaxValue);
        }
        else if (await Resume(lines, installation, position, cancellationToken) is { } opening)
        {
            days.Resume(opening);
        }

        var count = 0;
        await foreach (var row in ledger.ReadAll(position.Key, position.Day, (int)position.Seq, cancellationToken))
        {
            if (row.Installation != installation || row.Day >= month.AddMonths(1))
            {
                break;
            }

            lines.Write(row, output);
            days.Add(row);
            if (++count == PageLines || output.WrittenCount >= PageBytes)
            {
                return new ProofPage(output.WrittenMemory, ExportPosition.Of(row), [.. days.All]);
            }
        }

        return new ProofPage(output.WrittenMemory, null, [.. days.All]);
    }

    private static async Task<ExportPage> Page<T>(
        IAsyncEnumerable<T> rows,
        Action<T, IBufferWriter<byte>> write,
        Func<T, string> positionOf
    )
    {
        var lines = new ArrayBufferWriter<byte>(4_096);
        var count = 0;
        await foreach (var row in rows)
        {
            write(row, lines);
            if (++count == PageLines || lines.WrittenCount >= PageBytes)
            {
                return new ExportPage(lines.WrittenMemory, positionOf(row));
            }
        }

        return new ExportPage(lines.WrittenMemory, null);
    }

    private async Task<ExportPage> Ledger(ExportPosition position, CancellationToken cancellationToken)
    {
        var lines = new LedgerLines();
        if (InstallationId.TryParse(position.Key, null, out var installation))
        {
            await Resume(lines, installation, position, cancellationToken);
        }

        var rows = ledger.ReadAll(position.Key, position.Day, (int)position.Seq, cancellationToken);
        return await Page(rows, lines.Write, ExportPosition.Of);
    }

    // A page may begin in the middle of a day: it needs the prices from the day's first row.
    private async Task<UsageRow?> Resume(
        LedgerLines lines,
        InstallationId installation,
        ExportPosition position,
        CancellationToken cancellationToken
    )
    {
        var openings = await ledger.ReadDayOpenings(installation, position.Day, position.Day, cancellationToken);
        var last = await ledger.ReadRow(installation, position.Day, (int)position.Seq, cancellationToken);
        if (openings.Count == 0 || last is null)
        {
            return null;
        }

        lines.ResumeAfter(openings[0], last);
        return openings[0];
    }
}
