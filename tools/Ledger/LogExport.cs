using System.Buffers;
using Marketplace.Billing;
using Marketplace.Journal;

namespace Marketplace.Ledger;

/// <summary>Writes a log as NDJSON, with the same lines as the export over HTTP.</summary>
internal static class LogExport
{
    private const int FlushBytes = 1 << 16;

    public static async Task Run(LedgerArguments arguments, ILogs logs, Stream output, CancellationToken cancellationToken)
    {
        if (arguments.Out is not { } path)
        {
            await Write(arguments.Log, logs, output, cancellationToken);
            return;
        }

        // Rename only a complete export.
        var part = path + ".part";
        await using (var file = File.Create(part))
        {
            await Write(arguments.Log, logs, file, cancellationToken);
        }

        File.Move(part, path, overwrite: true);
    }

    private static Task Write(ExportLog log, ILogs logs, Stream stream, CancellationToken cancellationToken) =>
        log switch
        {
            ExportLog.Ledger => Write(logs.ReadLedger(string.Empty, cancellationToken), new LedgerLines().Write, stream, cancellationToken),
            ExportLog.Feed => Write(logs.ReadFeed(cancellationToken), LogLines.Write, stream, cancellationToken),
            ExportLog.Delivery => Write(logs.ReadDelivery(cancellationToken), LogLines.Write, stream, cancellationToken),
            _ => Write(logs.ReadJournal(cancellationToken), LogLines.Write, stream, cancellationToken),
        };

    private static async Task Write<T>(
        IAsyncEnumerable<T> rows,
        Action<T, IBufferWriter<byte>> write,
        Stream stream,
        CancellationToken cancellationToken
    )
    {
        var lines = new ArrayBufferWriter<byte>(FlushBytes * 2);
        await foreach (var row in rows)
        {
            write(row, lines);
            if (lines.WrittenCount >= FlushBytes)
            {
                await stream.WriteAsync(lines.WrittenMemory, cancellationToken);
                lines.ResetWrittenCount();
            }
        }

        await stream.WriteAsync(lines.WrittenMemory, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }
}
