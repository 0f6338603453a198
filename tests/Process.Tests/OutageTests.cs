using System.Net;
using Marketplace.Process.Tests.Faults;
using Marketplace.Process.Tests.Kit;
using Marketplace.Process.Tests.Load;
using Marketplace.TestKit;
using Marketplace.TestKit.Client;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>A store that goes away under load: calls fail fast, nothing is lost, and the server recovers without a restart.</summary>
[Collection(LoadedMachine.Name)]
public sealed class OutageTests
{
    private const string PostgresStopped = "PostgreSQL stopped";
    private const string PostgresCrashed = "PostgreSQL crashed";
    private const string DiskFull = "disk full";

    /// <summary>A full disk needs the right to mount; where that is missing it is not among the cases.</summary>
    public static async Task<TheoryData<string>> Faults() =>
        await FullDisk.IsPossible() ? [PostgresStopped, PostgresCrashed, DiskFull] : [PostgresStopped, PostgresCrashed];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Calls_are_refused_while_the_store_is_gone_and_served_again_without_a_restart(string fault)
    {
        await using var store = await Create(fault);
        await using var silo = new SiloProcess(store.Options);
        await silo.Start();
        using var shop = await Shop.Open(silo, sellers: 4);
        var book = new CallHistory();
        var callers = new Callers(shop, book);
        try
        {
            using var stop = new CancellationTokenSource();
            var load = callers.Run(seed: 1, installations: 4, stop.Token);
            await Eventually.Holds(() => book.Acknowledged.Count > 100, "the load has begun");

            // The owner is signed in before the outage; signing in takes the store, too.
            await shop.Client.UserToken(Shop.SellerOf(shop.Installations[0]));
            await store.Break();
            await Eventually.Holds(() => book.Unavailable > 50, "calls are refused");
            await Eventually.Holds(() => IsRefused(shop.Client, book, shop.Installations[0]), "a call is refused with the reason");
            if (store.Options.PostgreSql is not null)
            {
                await AssertUnavailable(() => RequestToken(shop.Client));
                await AssertUnavailable(() =>
                    shop.Client.SellerCommand(HttpMethod.Post, shop.Installations[0], "pause", new { reason = "outage" })
                );
            }

            await store.Repair();
            await Eventually.Holds(() => IsServed(shop.Client, book, shop.Installations[0]), "calls are served again");
            await Eventually.Holds(async () => (await RequestToken(shop.Client)).IsSuccess, "tokens are issued again");
            await stop.CancelAsync();
            Assert.Equal(0, await load);

            await callers.RetryUnanswered();
            await callers.AssertOneFlagPerKey();
            var ledger = await ExportedLedger.Read(shop.Client);
            ledger.AssertHolds(book);
            ledger.AssertOneCallPerKey(book);
            await ledger.AssertBilled(shop.Client);
            await Store.StopAndVerify(silo, store.Options);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{fault}: {e.Message}\nThe server's last words:\n{silo.Output}", e);
        }
    }

    private static Task<IStoreFault> Create(string fault) =>
        fault switch
        {
            PostgresStopped => PostgresGone.Create(crash: false),
            PostgresCrashed => PostgresGone.Create(crash: true),
            DiskFull => FullDisk.Create(),
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Unknown."),
        };

    private static async Task<bool> IsRefused(MarketplaceClient client, CallHistory book, string installation)
    {
        book.Tries(installation, write: null);
        var answer = await client.Get(installation, "orders");
        book.Answered(installation, write: null, answer);
        return answer is { Status: HttpStatusCode.ServiceUnavailable, ProblemCode: "storage-unavailable", RetryAfter: not null };
    }

    private static async Task AssertUnavailable(Func<Task<Answer>> request)
    {
        var answer = await request();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage-unavailable"), (answer.Status, answer.ProblemCode));
    }

    // While the pool still holds connections that died, a request may find one: it is refused as the others are.
    private static async Task<Answer> RequestToken(MarketplaceClient client)
    {
        var operators = client.Demo.Clients.First(known => known.Role == "operator");
        var answer = await client.RequestToken(operators.Id, operators.Secret);
        Assert.True(answer.IsSuccess || answer.ProblemCode == "storage-unavailable", $"A token was refused unexpectedly: {answer}");
        return answer;
    }

    private static async Task<bool> IsServed(MarketplaceClient client, CallHistory book, string installation)
    {
        book.Tries(installation, write: null);
        var answer = await client.Get(installation, "orders");
        book.Answered(installation, write: null, answer);
        return answer.IsSuccess;
    }
}
