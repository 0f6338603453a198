using Marketplace.Process.Tests.Kit;
using Marketplace.TestKit;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>A service manager that changes its mind while a store is being made, and while one that is there is opened.</summary>
[Collection(LoadedMachine.Name)]
public sealed class StopWhileStartingTests
{
    // A signal's number and 128, as shells say it: it came before the runtime gave the program a chance to hear it.
    private const int EndedBySignal = 128 + Signals.Terminate;

    // In ms; later than this the program hears the signal also on a loaded machine.
    private const int BeforeDotNet = 400;
    private static readonly int[] Moments = [100, 400, 800, 1_500, 3_000];

    // In ms after the stores are open, when Orleans goes through its stages: its cancellation is an exception type of its own.
    private static readonly int[] AfterStores = [0, 100, 200, 300, 400, 500, 650, 800, 1_000];

    [Fact]
    public async Task SIGTERM_at_any_moment_of_a_start_ends_it_in_order_and_the_next_one_becomes_ready()
    {
        var options = await Store.Fresh(StoreKind.Sqlite);
        await using var silo = new SiloProcess(options);
        for (var round = 0; round < 2; round++)
        {
            foreach (var moment in Moments)
            {
                await EndAfter(silo, moment);
            }

            await silo.Start();
            await Store.StopAndVerify(silo, options);
        }
    }

    [Fact]
    public async Task SIGTERM_while_Orleans_starts_is_no_failed_start()
    {
        var options = await Store.Fresh(StoreKind.Sqlite);
        await using var silo = new SiloProcess(options);
        await silo.Start();
        await Store.StopAndVerify(silo, options);
        foreach (var moment in AfterStores)
        {
            var before = silo.Output.Length;
            silo.StartOnly();
            await Eventually.Holds(
                () => silo.Output[before..].Contains("accepting writes", StringComparison.Ordinal),
                "the stores are open"
            );
            await EndAfter(silo, moment, silo.Output);
        }
    }

    private static Task EndAfter(SiloProcess silo, int moment)
    {
        var before = silo.Output;
        silo.StartOnly();
        return EndAfter(silo, moment, before);
    }

    private static async Task EndAfter(SiloProcess silo, int moment, string before)
    {
        await Task.Delay(moment, TestContext.Current.CancellationToken);

        var code = await silo.Terminate();

        var isInOrder = code == 0 || (code == EndedBySignal && moment <= BeforeDotNet && silo.Output == before);
        Assert.True(isInOrder, $"SIGTERM after {moment} ms ended it with {code}:\n{silo.Output}");
        var alarms = silo
            .Output.Split('\n')
            .Where(static line =>
                line.Contains(" error ", StringComparison.Ordinal)
                || line.Contains("failed", StringComparison.OrdinalIgnoreCase)
                || line.Contains("   at ", StringComparison.Ordinal)
            );
        Assert.Equal(string.Empty, string.Join('\n', alarms));
    }
}
