using System.Globalization;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Reporting;
using Marketplace.Benchmarks.Targets;

namespace Marketplace.Benchmarks.Figures;

/// <summary>What comes after a restart: the server's start on existing data, and the first call of each installation.</summary>
internal sealed class StartFigures(BenchmarkOptions options, RunHistory book, MarketplaceTarget target, PacedFigures paced)
{
    /// <summary>Cold installations called a second.</summary>
    public const int ColdPerSecond = 50;

    /// <summary>
    /// The first call of each of many installations after a restart. Other installations are called before, so that only the installation
    /// is cold and not the code.
    /// </summary>
    public Task Cold(CancellationToken cancellationToken) =>
        paced.Measure(
            $"the first call of a cold installation at {ColdPerSecond}/s",
            ColdPerSecond,
            RestartAndWarmUp,
            (10, 20),
            cancellationToken
        );

    /// <summary>Time from the start of the process to the first good answer to a plugin's call, on existing data.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        var rounds = new List<Measurement>();
        for (var round = 0; round < options.Rounds; round++)
        {
            rounds.Add(await Meter.Measure(target, target.Stop, () => FirstAnswer(cancellationToken), cancellationToken));
        }

        var seconds = Spread.Of(rounds.Select(round => round.Load.Seconds));
        book.Figures.Add(Figure.Cost($"start to the first answered call, {target.Kind}", seconds.Median, " s", 3, 5));
        book.Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"start on existing data with {target.Calls.Count} installations, demo mode, {target.Kind}: {seconds.Median:0.00} s "
                    + $"({seconds.Least:0.00}–{seconds.Most:0.00}), disturbed {rounds.Count(round => round.Disturbed)} of {rounds.Count}"
            )
        );
    }

    private async Task<LoadResult> FirstAnswer(CancellationToken cancellationToken)
    {
        var taken = await target.StartUntilAnswer(target.Calls[0], cancellationToken);
        return new LoadResult(1, 0, 0, taken.TotalSeconds, taken.TotalMilliseconds, taken.TotalMilliseconds);
    }

    private async Task<IReadOnlyList<Call>> RestartAndWarmUp(int count, CancellationToken cancellationToken)
    {
        await target.Restart(cancellationToken);
        var warm = target.Calls.Take(options.Installations).ToArray();
        await target.Client.CallOnce(warm, cancellationToken);
        var file = target.OtherCalls("warm", warm);
        await Wrk.Run(target.Address, file, options.Connections, options.WarmUpSeconds, cancellationToken);
        return [.. target.Calls.Skip(warm.Length).Take(count)];
    }
}
