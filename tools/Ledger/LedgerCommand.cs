namespace Marketplace.Ledger;

/// <summary>Runs a command line: parse, open, run, exit code.</summary>
/// <param name="open">Opens the store named by the arguments.</param>
/// <param name="output">Standard output; receives an export's bytes.</param>
/// <param name="errors">Standard error.</param>
public sealed class LedgerCommand(Func<LedgerArguments, Task<ILogs>> open, Stream output, TextWriter errors)
{
    public const int Well = 0;
    public const int Wrong = 1;
    public const int Impossible = 2;

    public async Task<int> Run(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        try
        {
            var arguments = LedgerArguments.Parse(args);
            if (arguments.Bundle is not null)
            {
                return await VerifyEvidence(arguments, cancellationToken);
            }

            if (arguments.Proof is not null)
            {
                await using var text = new StreamWriter(output, leaveOpen: true);
                return await ProofVerification.Run(arguments, text, cancellationToken);
            }

            await using var logs = await open(arguments);
            return await Run(arguments, logs, cancellationToken);
        }
        catch (FormatException e)
        {
            await errors.WriteLineAsync(e.Message);
            await errors.WriteLineAsync();
            await errors.WriteLineAsync(LedgerArguments.Usage);
            return Impossible;
        }
        catch (Exception e) when (e is LogsUnavailableException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync(e.Message);
            return Impossible;
        }
    }

    private async Task<int> VerifyEvidence(LedgerArguments arguments, CancellationToken cancellationToken)
    {
        await using var text = new StreamWriter(output, leaveOpen: true);
        await using var logs = arguments.HasStore ? await open(arguments) : null;
        return await EvidenceVerification.Run(arguments, logs, text, cancellationToken);
    }

    private async Task<int> Run(LedgerArguments arguments, ILogs logs, CancellationToken cancellationToken)
    {
        if (arguments.Command == "export")
        {
            await LogExport.Run(arguments, logs, output, cancellationToken);
            return Well;
        }

        await using var text = new StreamWriter(output, leaveOpen: true);
        return arguments.Command == "verify"
            ? await Verification.Run(arguments.Json, logs, text, cancellationToken)
            : await BillRecomputation.Run(arguments, logs, text, errors, cancellationToken);
    }
}
