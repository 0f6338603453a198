using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Machine;
using Marketplace.Benchmarks.Reporting;
using Marketplace.Benchmarks.Targets;
using Spectre.Console;

namespace Marketplace.Benchmarks.Figures;

/// <summary>The control plane on both stores: what a seller, or who starts the server, waits for.</summary>
internal sealed class ControlPlane(BenchmarkOptions options, IAnsiConsole console, RunHistory book, Workspace workspace)
{
    private const int CommandsPerSecond = 50;
    private const int DiagnosesPerSecond = 20;

    public async Task Run(CancellationToken cancellationToken)
    {
        foreach (var kind in Enum.GetValues<StoreKind>())
        {
            await book.Attempt($"control, {kind}", () => Measure(kind, cancellationToken));
        }
    }

    private async Task Measure(StoreKind kind, CancellationToken cancellationToken)
    {
        // Warm installations come first, then the cold ones, then the one with the bill.
        var registered = options.Installations + (StartFigures.ColdPerSecond * options.Seconds) + 1;
        await using var target = new MarketplaceTarget(
            $"control-{kind}",
            $"control plane on {kind}",
            kind,
            registered,
            registered,
            workspace,
            options
        );
        console.MarkupLineInterpolated($"[grey]control, {kind}: registering {registered} installations[/]");
        await target.Start(cancellationToken);
        var paced = new PacedFigures(options, book, target);
        var sellers = new SellerCalls(target, options.Plugin);
        await Part("consent", target, () => Consent(paced, sellers, cancellationToken));
        await Part("pause", target, () => Pause(paced, sellers, target, cancellationToken));
        await Part("diagnosis", target, () => Diagnosis(paced, sellers, cancellationToken));
        await Part("bill", target, () => new BillFigure(book, target, paced, sellers).Measure(registered - 1, cancellationToken));
        var starts = new StartFigures(options, book, target, paced);
        await Part("cold installations", target, () => starts.Cold(cancellationToken));
        await Part("start", target, () => starts.Start(cancellationToken));
    }

    private async Task Part(string part, MarketplaceTarget target, Func<Task> measure)
    {
        console.MarkupLineInterpolated($"[grey]control, {target.Kind}: {part}[/]");
        var known = book.Notes.Count;
        await book.Attempt($"control: {part}, {target.Kind}", measure);
        foreach (var note in book.Notes.Skip(known))
        {
            // At once: an interrupted run has no report.
            console.WriteLine(note);
        }
    }

    private static async Task Consent(PacedFigures paced, SellerCalls sellers, CancellationToken cancellationToken)
    {
        await paced.WarmUp(CommandsPerSecond, sellers.Consents, cancellationToken);
        await paced.Measure($"a first consent at {CommandsPerSecond}/s", CommandsPerSecond, sellers.Consents, (20, 40), cancellationToken);
    }

    private async Task Pause(PacedFigures paced, SellerCalls sellers, MarketplaceTarget target, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<Call>> Pauses(int count, CancellationToken token) => sellers.Pauses(count, options.Installations, token);

        await paced.WarmUp(CommandsPerSecond, Pauses, cancellationToken);
        await paced.Measure($"a pause or resume at {CommandsPerSecond}/s", CommandsPerSecond, Pauses, (20, 40), cancellationToken);
        await target.Client.CallOnce(await sellers.Resumes(cancellationToken), cancellationToken);
    }

    private async Task Diagnosis(PacedFigures paced, SellerCalls sellers, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<Call>> Diagnoses(int count, CancellationToken token) => sellers.Diagnoses(options.Installations, token);

        await paced.WarmUp(DiagnosesPerSecond, Diagnoses, cancellationToken);
        await paced.Measure($"a diagnosis at {DiagnosesPerSecond}/s", DiagnosesPerSecond, Diagnoses, (50, 100), cancellationToken);
    }
}
