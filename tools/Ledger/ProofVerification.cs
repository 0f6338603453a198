using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Marketplace.Billing.Proofs;
using Marketplace.Journal;

namespace Marketplace.Ledger;

/// <summary>Verifies a seller's proof of its bill by itself and with the published keys.</summary>
internal static class ProofVerification
{
    public static async Task<int> Run(LedgerArguments arguments, TextWriter text, CancellationToken cancellationToken)
    {
        var keys = PublishedKeys.Read(await File.ReadAllBytesAsync(arguments.Keys!, cancellationToken));
        var findings = new FindingList();
        using var verifier = new BillProofVerifier(findings.Add);
        await ReadLines(arguments.Proof!, verifier, findings, cancellationToken);
        if (verifier.Complete() is { } proof)
        {
            if (keys.Check(proof.Signature, proof.Signed.Span) is { } problem)
            {
                findings.Add(new Finding("proof", "-", null, 0, "signature-wrong", problem));
            }

            await text.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{proof.Head.Seller} {proof.Head.Month:yyyy-MM}, made {proof.Head.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC: "
                        + $"{proof.Head.Rows} rows, {proof.Head.Calls} calls, total {proof.Head.Total}, "
                        + $"statement {proof.Head.Total.RoundedForStatement().Amount:0.00} {proof.Head.Total.Currency}"
                )
            );
        }

        await text.WriteLineAsync(findings.Count == 0 ? "Every row, price and the signature verify." : "The proof is wrong:");
        await findings.Write(text);
        return findings.Count == 0 ? LedgerCommand.Well : LedgerCommand.Wrong;
    }

    private static async Task ReadLines(string path, BillProofVerifier verifier, FindingList findings, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var reader = PipeReader.Create(file);
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = AddLines(read.Buffer, verifier);
            if (read.IsCompleted)
            {
                if (!rest.IsEmpty)
                {
                    findings.Add(new Finding("proof", "-", null, 0, "cut-off", "the last line has no line break"));
                    verifier.Add(rest.ToArray());
                }

                await reader.CompleteAsync();
                return;
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static ReadOnlySequence<byte> AddLines(ReadOnlySequence<byte> buffer, BillProofVerifier verifier)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            var line = buffer.Slice(0, end);
            verifier.Add(line.IsSingleSegment ? line.FirstSpan : line.ToArray());
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }

        return buffer;
    }
}
