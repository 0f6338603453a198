using Marketplace.Process.Tests.Kit;
using Marketplace.Process.Tests.Load;
using Marketplace.TestKit;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

[Collection(LoadedMachine.Name)]
public sealed class StopUnderLoadTests
{
    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task SIGTERM_under_load_ends_the_process_with_success_and_loses_nothing(StoreKind store)
    {
        var options = await Store.Fresh(store);
        await using var silo = new SiloProcess(options);
        await silo.Start();
        using var shop = await Shop.Open(silo, sellers: 8);
        var book = new CallHistory();
        var callers = new Callers(shop, book);
        using var stop = new CancellationTokenSource();
        var load = callers.Run(seed: 1, installations: 8, stop.Token);
        await Eventually.Holds(() => load.IsCompleted || book.Acknowledged.Count > 200, "the load is under way");

        Assert.Equal(0, await silo.Terminate());
        await stop.CancelAsync();
        await load;
        await silo.Start();

        await callers.RetryUnanswered();
        var ledger = await ExportedLedger.Read(shop.Client);
        ledger.AssertHolds(book);
        ledger.AssertOneCallPerKey(book);
        await Store.StopAndVerify(silo, options);
    }
}
