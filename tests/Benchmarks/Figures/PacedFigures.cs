using System.Globalization;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Reporting;
using Marketplace.Benchmarks.Targets;

namespace Marketplace.Benchmarks.Figures;

/// <summary>Figures of latencies at a fixed rate of requests, round by round, with a note on each.</summary>
internal sealed class PacedFigures(BenchmarkOptions options, RunHistory book, MarketplaceTarget target)
{
    private const int Connections = 16;

    /// <summary>Loads the server as the measurement will, so that the compiler is not measured.</summary>
    /// <param name="rate">Requests a second.</param>
    /// <param name="prepare">Makes so many requests.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task WarmUp(
        double rate,
        Func<int, CancellationToken, Task<IReadOnlyList<Call>>> prepare,
        CancellationToken cancellationToken
    )
    {
        var calls = await prepare((int)(rate * options.WarmUpSeconds), cancellationToken);
        await Run(calls, rate, options.WarmUpSeconds, cancellationToken);
    }

    /// <summary>Measures the p99 in ms; a request that is not answered well fails the measurement.</summary>
    /// <param name="what">What is measured, for the report.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="prepare">Makes so many requests before each measurement; they are sent in their order.</param>
    /// <param name="goal">Bounds in ms: the goal, and what is acceptable.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task Measure(
        string what,
        double rate,
        Func<int, CancellationToken, Task<IReadOnlyList<Call>>> prepare,
        (double GoalMs, double AcceptableMs) goal,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<Call> calls = [];
        var rounds = new List<Measurement>();
        for (var round = 0; round < options.Rounds; round++)
        {
            rounds.Add(
                await Meter.Measure(
                    target,
                    async () => calls = await prepare((int)(rate * options.Seconds), cancellationToken),
                    () => Run(calls, rate, options.Seconds, cancellationToken),
                    cancellationToken
                )
            );
        }

        var p99 = Spread.Of(rounds.Select(round => round.Load.P99Ms)).Median;
        book.Figures.Add(Figure.Cost($"p99 of {what}, {target.Kind}", p99, " ms", goal.GoalMs, goal.AcceptableMs));
        book.Notes.Add(Note($"{what}, {target.Kind}", rounds));
    }

    private static string Note(string what, List<Measurement> rounds)
    {
        var p50 = Spread.Of(rounds.Select(round => round.Load.P50Ms));
        var p99 = Spread.Of(rounds.Select(round => round.Load.P99Ms));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {rounds[0].Load.Answers} answers a round, p50 {p50.Median:0.0} ms, p99 {p99.Median:0.0} ms "
                + $"({p99.Least:0.0}–{p99.Most:0.0}), disturbed {rounds.Count(round => round.Disturbed)} of {rounds.Count}"
        );
    }

    private async Task<LoadResult> Run(IReadOnlyList<Call> calls, double rate, int seconds, CancellationToken cancellationToken)
    {
        var result = await new OpenLoop(target.Address, calls, Connections, inTurn: true).Run(rate, seconds, cancellationToken);
        return result.Refusals == 0
            ? result
            : throw new InvalidOperationException($"{result.Refusals} of {result.Answers} requests were refused: {calls[0].Path}");
    }
}
