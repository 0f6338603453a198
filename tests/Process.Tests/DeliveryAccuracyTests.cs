using Marketplace.Process.Tests.Deliveries;
using Marketplace.Process.Tests.Kit;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>
/// Accuracy and freshness with injected faults (R13, R15): at least 99.97 % arrive in time although some events are refused for good, and
/// all of them after the dead letters were replayed.
/// </summary>
[Collection(LoadedMachine.Name)]
public sealed class DeliveryAccuracyTests
{
    private const double Accuracy = 0.9997;

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task What_receivers_refuse_for_good_stays_below_the_target_and_comes_with_the_replay(StoreKind store)
    {
        var options = await Store.Fresh(store) with { Settings = DeliveryCheck.Fast };
        await using var silo = new SiloProcess(options);
        await silo.Start();

        var result = await DeliveryCheck.Run(silo, begun: null, "--faults", "all", "--fault-share", "5");

        var words = $"{result.Summary}\n{result.Output}\n{(result.ExitCode == 0 ? "" : silo.Output)}";
        TestContext.Current.TestOutputHelper?.WriteLine(words);
        Assert.True(result.ExitCode == 0, words);
        Assert.True(result.Faults("poison") > 0, words);
        Assert.True(result.Share("accuracy_before_replay") is >= Accuracy and < 1, words);
        Assert.True(result.Share("accuracy") is 1, words);
        await Store.StopAndVerify(silo, options);
    }
}
