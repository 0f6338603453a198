using System.Globalization;
using Marketplace.Process.Tests.Deliveries;
using Marketplace.Process.Tests.Kit;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>
/// Receivers fail, hang, lie, answer 410, restart and lose replies while processes are killed at random: no event is missing, none
/// overtakes another of its order, and what comes twice comes with the same id and bytes (C4, C5, R13).
/// </summary>
[Collection(LoadedMachine.Name)]
public sealed class DeliveryKillTests
{
    private const int ShortestLifeMs = 2_000;
    private const int LongestLifeMs = 7_000;

    [Theory]
    [InlineData(StoreKind.Sqlite, 1)]
    [InlineData(StoreKind.PostgreSql, 2)]
    public async Task Every_event_arrives_in_order_although_processes_are_killed_and_receivers_misbehave(StoreKind store, int processes)
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-data-");
        var seed = Random.Shared.Next();
        var options = await Store.Fresh(store) with { DataFolder = folder.FullName, Settings = DeliveryCheck.Fast };
        var silos = Enumerable.Range(0, processes).Select(_ => new SiloProcess(options)).ToArray();
        try
        {
            foreach (var silo in silos)
            {
                await silo.Start();
            }

            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var check = DeliveryCheck.Run(silos[0], begun, "--seed", seed.ToString(CultureInfo.InvariantCulture), "--patience", "120");
            await Task.WhenAny(begun.Task, check);
            var kills = await KillUntilDone(silos, check, new Random(seed));
            AssertWhole(await check, kills, FormattableString.Invariant($"seed {seed}, {kills} kills on {store}"), silos);
            foreach (var other in silos.Skip(1))
            {
                await other.Terminate();
            }

            await Store.StopAndVerify(silos[0], options);
        }
        finally
        {
            foreach (var silo in silos)
            {
                await silo.DisposeAsync();
            }

            folder.Delete(recursive: true);
        }
    }

    /// <summary>Kills one after the other as often as the scale says, as long as deliveries go on.</summary>
    private static async Task<int> KillUntilDone(SiloProcess[] silos, Task check, Random random)
    {
        var kills = 0;
        while (kills < RunScale.DeliveryKills)
        {
            await Task.WhenAny(check, Task.Delay(random.Next(ShortestLifeMs, LongestLifeMs), TestContext.Current.CancellationToken));
            if (check.IsCompleted)
            {
                break;
            }

            var silo = silos[random.Next(silos.Length)];
            await silo.Kill();
            kills++;
            await silo.Start();
        }

        return kills;
    }

    private static void AssertWhole(DeliveryResult result, int kills, string about, SiloProcess[] silos)
    {
        var logs = result.ExitCode == 0 ? "" : string.Join("\n---\n", silos.Select(silo => silo.Output));
        var words = $"{about}: {result.Summary}\n{result.Output}\n{logs}";
        TestContext.Current.TestOutputHelper?.WriteLine(words);
        Assert.True(result.ExitCode == 0, words);
        Assert.Equal(0, result.Number("missing"));
        Assert.Equal(0, result.Wrong("out_of_order"));
        Assert.Equal(0, result.Wrong("other_id"));
        Assert.True(result.Number("owed") > 5_000, words);
        Assert.True(kills >= Math.Min(2, RunScale.DeliveryKills), words);
        Assert.All(["error", "lose", "lie", "gone", "restart"], fault =>
            Assert.True(result.Faults(fault) > 0, $"{fault} was never met, {words}")
        );
    }
}
