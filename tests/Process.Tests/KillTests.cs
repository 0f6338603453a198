using Marketplace.Process.Tests.Kit;
using Marketplace.Process.Tests.Load;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>
/// kill -9 at random instants under load: nothing acknowledged is lost, nothing is billed twice, and with idempotency keys
/// acknowledged = billed after retry (architecture.md §4).
/// </summary>
[Collection(LoadedMachine.Name)]
public sealed class KillTests
{
    private const int Sellers = 200;

    [Theory]
    [InlineData(StoreKind.Sqlite, 1)]
    [InlineData(StoreKind.Sqlite, Sellers)]
    [InlineData(StoreKind.PostgreSql, 1)]
    [InlineData(StoreKind.PostgreSql, Sellers)]
    public async Task Every_acknowledged_call_is_in_the_ledger_exactly_once_after_each_kill(StoreKind store, int installations)
    {
        var options = await Store.Fresh(store);
        await using var silo = new SiloProcess(options);
        await silo.Start();
        using var shop = await Shop.Open(silo, installations);
        var book = new CallHistory();
        var callers = new Callers(shop, book);
        for (var kill = 1; kill <= RunScale.CallKills; kill++)
        {
            var seed = Random.Shared.Next();
            try
            {
                await KillUnderLoad(silo, callers, installations, new Random(seed));
                await CheckAfterRestart(shop, callers, book, new Random(seed));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(
                    $"Kill {kill} of {RunScale.CallKills}, seed {seed}: {e.Message}\nThe server's last words:\n{silo.Output}",
                    e
                );
            }
        }

        Assert.NotEmpty(book.Acknowledged);
        Assert.Equal(0, book.Unavailable);
        await callers.AssertOneFlagPerKey();
        await (await ExportedLedger.Read(shop.Client)).AssertBilled(shop.Client);
        await Store.StopAndVerify(silo, options);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{book.Attempts.Values.Sum()} calls tried, {book.Acknowledged.Count} acknowledged, {book.Writes.Count} keys, "
                + $"{RunScale.CallKills} kills."
        );
    }

    private static async Task KillUnderLoad(SiloProcess silo, Callers callers, int installations, Random random)
    {
        using var stop = new CancellationTokenSource();
        var load = callers.Run(random.Next(1 << 20), installations, stop.Token);
        await Task.WhenAny(load, Task.Delay(random.Next(200, 1500)));
        await silo.Kill();
        await stop.CancelAsync();
        await load;
        await silo.Start();
    }

    private static async Task CheckAfterRestart(Shop shop, Callers callers, CallHistory book, Random random)
    {
        (await ExportedLedger.Read(shop.Client)).AssertHolds(book);
        await callers.RetryUnanswered();
        await callers.RepeatAcknowledged(5, random);
        var ledger = await ExportedLedger.Read(shop.Client);
        ledger.AssertHolds(book);
        ledger.AssertOneCallPerKey(book);
    }
}
