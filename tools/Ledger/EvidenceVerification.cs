using System.Globalization;
using Marketplace.Evidence;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Ledger;

/// <summary>
/// Verifies a signed bundle of evidence with the means given: by itself, with the published keys, and with the store it was made from.
/// </summary>
internal static class EvidenceVerification
{
    public static async Task<int> Run(LedgerArguments arguments, ILogs? logs, TextWriter text, CancellationToken cancellationToken)
    {
        var file = await File.ReadAllBytesAsync(arguments.Bundle!, cancellationToken);
        var findings = new FindingList();
        if (Read(file, findings) is { } signed)
        {
            // A different encoding of the same content would be other evidence under the same signature.
            if (!signed.Encode().AsSpan().SequenceEqual(TrimEnd(file)))
            {
                findings.Add(
                    new Finding(
                        "evidence",
                        signed.Bundle.Facts.OrderId,
                        null,
                        0,
                        "not-canonical",
                        "the file is not byte for byte as it was served"
                    )
                );
            }

            EvidenceVerifier.Check(signed.Bundle, findings.Add);
            await CheckKeys(arguments, signed, findings, cancellationToken);
            if (logs is not null && InstallationId.TryParse(signed.Bundle.Facts.Installation, null, out var installation))
            {
                await new EvidenceLookup(signed.Bundle, installation, logs, findings.Add).Run(cancellationToken);
            }

            await Write(arguments, signed.Bundle, findings, text);
        }

        await findings.Write(text);
        return findings.Count == 0 ? LedgerCommand.Well : LedgerCommand.Wrong;
    }

    private static SignedEvidence? Read(byte[] file, FindingList findings)
    {
        try
        {
            return SignedEvidence.Decode(TrimEnd(file));
        }
        catch (FormatException e)
        {
            findings.Add(new Finding("evidence", "-", null, 0, "unreadable", e.Message));
            return null;
        }
    }

    /// <summary>The file without the trailing line break added by some programs.</summary>
    private static ReadOnlySpan<byte> TrimEnd(byte[] file) => file.AsSpan().TrimEnd("\r\n"u8);

    private static async Task CheckKeys(
        LedgerArguments arguments,
        SignedEvidence signed,
        FindingList findings,
        CancellationToken cancellationToken
    )
    {
        if (arguments.Keys is null)
        {
            return;
        }

        var keys = PublishedKeys.Read(await File.ReadAllBytesAsync(arguments.Keys, cancellationToken));
        if (keys.Check(signed) is { } problem)
        {
            findings.Add(new Finding("evidence", signed.Bundle.Facts.OrderId, null, 0, "signature-wrong", problem));
        }
    }

    private static async Task Write(LedgerArguments arguments, EvidenceBundle bundle, FindingList findings, TextWriter text)
    {
        var (facts, verdict) = (bundle.Facts, bundle.Verdict);
        await text.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"order {facts.OrderId} of {facts.Installation}, made {facts.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC: "
                    + $"{facts.Events.Length} events, {facts.Rows.Length} rows"
            )
        );
        await text.WriteLineAsync($"sha256 {EvidenceBundle.HashOf(bundle.Encode())}");
        var signature =
            arguments.Keys is null ? "not checked, give --keys"
            : findings.First.Any(finding => finding.Code == "signature-wrong") ? "wrong"
            : "good";
        var store = arguments.HasStore ? "compared" : "not compared, give --data or --postgres";
        await text.WriteLineAsync($"signature: {signature}; store: {store}");
        if (findings.Count == 0)
        {
            await text.WriteLineAsync($"verdict: {verdict.Party} ({verdict.Cause}): {verdict.Text.En}");
        }
    }
}
