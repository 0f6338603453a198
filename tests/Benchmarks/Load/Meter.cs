using Marketplace.Benchmarks.Machine;
using Marketplace.Benchmarks.Targets;

namespace Marketplace.Benchmarks.Load;

/// <summary>One measurement with the load that others put on the machine meanwhile, in cores.</summary>
internal sealed record Measurement(LoadResult Load, double ForeignCores, int Repeats)
{
    /// <summary>True when no repeat came below the bound of foreign load.</summary>
    public bool Disturbed => ForeignCores > Meter.ForeignBound;
}

/// <summary>Runs a load and watches what else the machine does; a disturbed measurement is repeated, not averaged in.</summary>
internal static class Meter
{
    /// <summary>Foreign load in cores above which a measurement is repeated: 0.2.</summary>
    public const double ForeignBound = 0.2;

    private const int MostRepeats = 3;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(3);

    /// <summary>Measures the target's calls (or those of another file) with wrk.</summary>
    public static Task<Measurement> Wrk(
        Target target,
        string? callsFile,
        int connections,
        int seconds,
        CancellationToken cancellationToken
    ) =>
        Measure(
            target,
            () => Load.Wrk.Run(target.Address, callsFile ?? target.CallsFile, connections, seconds, cancellationToken),
            cancellationToken
        );

    /// <summary>
    /// Runs <paramref name="load"/>, again up to three times while it is disturbed, and gives the least disturbed result.
    /// </summary>
    public static Task<Measurement> Measure(Target target, Func<Task<LoadResult>> load, CancellationToken cancellationToken) =>
        Measure(target, () => Task.CompletedTask, load, cancellationToken);

    /// <summary>The same; before each load, and outside of the measurement, <paramref name="prepare"/> runs.</summary>
    public static async Task<Measurement> Measure(
        Target target,
        Func<Task> prepare,
        Func<Task<LoadResult>> load,
        CancellationToken cancellationToken
    )
    {
        Measurement? best = null;
        for (var repeats = 0; repeats <= MostRepeats && best is not { Disturbed: false }; repeats++)
        {
            if (repeats > 0)
            {
                await Task.Delay(Calm, cancellationToken);
            }

            await prepare();
            var measured = await Once(target, load, repeats);
            best = best is null || measured.ForeignCores < best.ForeignCores ? measured : best with { Repeats = repeats };
        }

        await target.Settle(cancellationToken);
        return best!;
    }

    private static async Task<Measurement> Once(Target target, Func<Task<LoadResult>> load, int repeats)
    {
        var before = CpuUse.Now();
        var started = TimeProvider.System.GetTimestamp();
        var result = await load();
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        return new Measurement(result, CpuUse.Now().ForeignSince(before, target.Roots) / seconds, repeats);
    }
}
