using Marketplace.Process.Tests.Kit;
using Marketplace.Process.Tests.Load;
using Marketplace.TestKit.Client;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>
/// What a call allocates on the server: bytes are exact where times are not. The bound leaves room for what the server
/// allocates beside the calls.
/// </summary>
[Collection(LoadedMachine.Name)]
public sealed class AllocationTests
{
    // Its limits are far beyond what one machine can call.
    private const string Unhurried = "peak-dashboard";

    private const int Callers = 32;
    private const int CallsOfEach = 500;
    private const double MaxBytesPerCall = 5_500;

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task A_call_allocates_no_more_than_its_share(StoreKind store)
    {
        await using var silo = new SiloProcess(await Store.Fresh(store));
        await silo.Start();
        using var shop = await Shop.Open(silo, sellers: Callers, Unhurried);
        await Call(shop);
        await Call(shop);

        var before = await ReadAllocated(shop.Client);
        await Call(shop);
        var perCall = (await ReadAllocated(shop.Client) - before) / (Callers * CallsOfEach);

        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{perCall:N0} bytes a call"));
        Assert.InRange(perCall, 500, MaxBytesPerCall);
    }

    /// <summary>One caller for each installation, who reads the same orders again and again.</summary>
    private static Task Call(Shop shop) =>
        Task.WhenAll(
            shop.Installations.Select(async installation =>
            {
                for (var number = 0; number < CallsOfEach; number++)
                {
                    (await shop.Client.Get(installation, $"orders/{Shop.Order(installation, number)}")).OrThrow();
                }
            })
        );

    private static Task<double> ReadAllocated(MarketplaceClient client) => client.ReadMetric("dotnet_gc_heap_total_allocated");
}
