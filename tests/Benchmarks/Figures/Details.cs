using System.Globalization;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Reporting;
using Marketplace.Benchmarks.Targets;
using Spectre.Console;

namespace Marketplace.Benchmarks.Figures;

/// <summary>The figures that concern ours alone.</summary>
internal sealed class Details(BenchmarkOptions options, IAnsiConsole console, RunHistory book)
{
    private const int FewConnections = 8;
    private const string TamperedEnd = "AAAAAAAAAAAAAAAA";

    public async Task Run(CancellationToken cancellationToken)
    {
        foreach (var target in book.Targets.OfType<MarketplaceTarget>())
        {
            await When("latency", target, Latency, cancellationToken);
            await When("open-loop", target, OpenLoopAtHalf, cancellationToken);
            await When("bytes", target, BytesAtOneCallASecond, cancellationToken);
            await When("hot", target, HotInstallation, cancellationToken);
            await When("refusals", target, Refusals, cancellationToken);
        }
    }

    private async Task When(
        string part,
        MarketplaceTarget target,
        Func<MarketplaceTarget, CancellationToken, Task> figure,
        CancellationToken cancellationToken
    )
    {
        if (options.Runs(part))
        {
            console.MarkupLineInterpolated($"[grey]{part}, {target.Kind}[/]");
            await book.Attempt($"{part}, {target.Kind}", () => figure(target, cancellationToken));
        }
    }

    private async Task Latency(MarketplaceTarget target, CancellationToken cancellationToken)
    {
        var rounds = new List<Measurement>();
        for (var round = 0; round < options.Rounds; round++)
        {
            rounds.Add(await Meter.Wrk(target, null, FewConnections, options.Seconds, cancellationToken));
        }

        book.Figures.Add(
            Figure.Cost($"p50 at 8 connections, {target.Kind}", Spread.Of(rounds.Select(round => round.Load.P50Ms)).Median, " ms", 0.6, 1)
        );
        book.Figures.Add(
            Figure.Cost($"p99 at 8 connections, {target.Kind}", Spread.Of(rounds.Select(round => round.Load.P99Ms)).Median, " ms", 3, 6)
        );
        Note(rounds, $"8 connections, {target.Kind}");
    }

    private async Task OpenLoopAtHalf(MarketplaceTarget target, CancellationToken cancellationToken)
    {
        var rate = book.Rate(target.Key) / 2;
        var rounds = new List<Measurement>();
        for (var round = 0; round < options.Rounds; round++)
        {
            rounds.Add(
                await Meter.Measure(
                    target,
                    () => new OpenLoop(target.Address, target.Calls, options.Connections).Run(rate, options.Seconds, cancellationToken),
                    cancellationToken
                )
            );
        }

        var p99 = Spread.Of(rounds.Select(round => round.Load.P99Ms));
        book.Figures.Add(Figure.Cost($"p99 at half of the maximum rate, open loop, {target.Kind}", p99.Median, " ms", 10, 20));
        Note(rounds, string.Create(CultureInfo.InvariantCulture, $"open loop at {rate:N0} calls/s, {target.Kind}"));
    }

    private async Task BytesAtOneCallASecond(MarketplaceTarget target, CancellationToken cancellationToken)
    {
        var watch = new ServerMeasurement();
        await watch.Around(
            target,
            () =>
                new OpenLoop(target.Address, target.Calls, FewConnections).Run(target.Calls.Count, options.SlowSeconds, cancellationToken),
            cancellationToken
        );
        book.Figures.Add(
            Figure.Cost(
                $"ledger bytes per call at one call a second and installation, {target.Kind}",
                watch.LedgerBytesPerCall,
                " B",
                250,
                400
            )
        );
    }

    private async Task HotInstallation(MarketplaceTarget target, CancellationToken cancellationToken)
    {
        var file = target.OtherCalls("hot", [target.Calls[0]]);
        var (hot, all) = await InTurn(target, file, null, cancellationToken);
        var ratio = Spread.Of(hot.Zip(all, (one, many) => one.Load.Rate / many.Load.Rate)).Median;
        book.Figures.Add(Figure.Ratio($"one hot installation / {target.Calls.Count} installations, {target.Kind}", ratio, 0.9, 0.7));
        Note(hot, $"one hot installation, {target.Kind}");
    }

    private async Task Refusals(MarketplaceTarget target, CancellationToken cancellationToken)
    {
        // The installations were granted orders.read only.
        await Refused(
            target,
            "a call without the scope",
            target.Calls.Select(call => call with { Path = "/open/v1/products" }),
            cancellationToken
        );
        await Refused(
            target,
            "a token with a false signature",
            target.Calls.Select(call => call with { Token = Tampered(call.Token) }),
            cancellationToken
        );
        await Refused(
            target,
            "a token that is garbage",
            target.Calls.Select((call, index) => call with { Token = $"garbage-{index}" }),
            cancellationToken
        );
    }

    private async Task Refused(MarketplaceTarget target, string what, IEnumerable<Call> calls, CancellationToken cancellationToken)
    {
        var file = target.OtherCalls("refused", calls);
        var (refused, accepted) = await InTurn(target, file, null, cancellationToken);
        var ratio = Spread.Of(refused.Zip(accepted, (no, yes) => no.Load.RefusalRate / yes.Load.Rate)).Median;
        book.Figures.Add(Figure.Ratio($"refusing {what} / an accepted call (rates), {target.Kind}", ratio, 1.0, 1.0));
        if (refused.Sum(round => round.Load.Answers - round.Load.Refusals) is > 0 and var good)
        {
            book.Notes.Add($"**{good} calls were answered that should have been refused: {what}, {target.Kind}.**");
        }
    }

    private static string Tampered(string token) => token[..^TamperedEnd.Length] + TamperedEnd;

    private async Task<(List<Measurement> First, List<Measurement> Second)> InTurn(
        MarketplaceTarget target,
        string? first,
        string? second,
        CancellationToken cancellationToken
    )
    {
        var (firsts, seconds) = (new List<Measurement>(), new List<Measurement>());
        for (var round = 0; round < options.Rounds; round++)
        {
            firsts.Add(await Meter.Wrk(target, first, options.Connections, options.Seconds, cancellationToken));
            seconds.Add(await Meter.Wrk(target, second, options.Connections, options.Seconds, cancellationToken));
        }

        return (firsts, seconds);
    }

    private void Note(List<Measurement> rounds, string what)
    {
        var rate = Spread.Of(rounds.Select(round => round.Load.Rate));
        var p99 = Spread.Of(rounds.Select(round => round.Load.P99Ms));
        book.Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {rate.Median:N0} calls/s ({rate.Least:N0}–{rate.Most:N0}), p99 {p99.Median:0.00} ms "
                    + $"({p99.Least:0.00}–{p99.Most:0.00}), errors "
                    + $"{rounds.Sum(round => round.Load.Refusals + round.Load.SocketErrors)}, disturbed "
                    + $"{rounds.Count(round => round.Disturbed)} of {rounds.Count}"
            )
        );
    }
}
