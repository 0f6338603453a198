using System.Net;
using Marketplace.TestKit.Client;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests.Earlier;

/// <summary>Nobody migrates a store by hand: what an earlier commit wrote, this one opens, answers the same of it and goes on.</summary>
public sealed class EarlierStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("earlier-store-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("9f9383b")]
    public async Task What_an_earlier_commit_wrote_verifies_opens_and_goes_on(string commit)
    {
        var facts = await EarlierStore.Unpack(commit, _folder.FullName);
        var options = new SiloOptions { DataFolder = _folder.FullName };
        await using var silo = new SiloProcess(options);
        await Store.Verify(silo, options);

        await silo.Start();
        using var http = new HttpClient { BaseAddress = silo.BaseAddress };
        var client = new MarketplaceClient(http, silo.ReadDemoFile());
        Assert.Equal(facts, await EarlierFacts.Read(client, facts.Plugin, facts.Month));
        var reused = await EarlierFacts.Pause(client, facts.Plugin, "another reason");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency-key-reused"), (reused.Status, reused.ProblemCode));

        await GoOn(client, facts.Plugin);
        await Store.StopAndVerify(silo, options);
    }

    /// <summary>Makes the archive that the environment names from a store that the built server writes; see docs/testing.md.</summary>
    [Fact(Explicit = true)]
    public async Task Makes_the_archive_of_a_store()
    {
        var archive = Environment.GetEnvironmentVariable("EARLIER_STORE");
        Assert.NotNull(archive);
        await using var silo = new SiloProcess(new SiloOptions { DataFolder = _folder.FullName });
        await silo.Start();
        using var http = new HttpClient { BaseAddress = silo.BaseAddress };
        var facts = await EarlierStore.Fill(new MarketplaceClient(http, silo.ReadDemoFile()));
        Assert.Equal(0, await silo.Terminate());

        await EarlierStore.Pack(_folder.FullName, facts, archive);
    }

    /// <summary>Each log takes more: the feed, the journal of what was there and of what is new, the ledger, the delivery log.</summary>
    private static async Task GoOn(MarketplaceClient client, string plugin)
    {
        (await client.SendEvents([CloudEvents.OrderCreated(EarlierFacts.BusySeller, "later")])).OrThrowIfRejected();
        var again = new { seller = EarlierFacts.DisabledSeller, plugin };
        (
            await client.Send(
                HttpMethod.Post,
                "/seller/v1/installations",
                await client.SellerCenterToken(),
                again,
                MarketplaceClient.NewKey()
            )
        ).OrThrow();
        const string Later = "later-shop";
        await client.Install(Later, plugin, "orders.read");
        (await client.SendEvents([CloudEvents.OrderCreated(Later, "first")])).OrThrowIfRejected();
        var events = (await client.Get($"{Later}/{plugin}", "events")).OrThrow();
        Assert.NotNull(events.Receipt);
        var body = new { cursor = events.Json.GetProperty("next_cursor").GetString() };
        (await client.Call($"{Later}/{plugin}", HttpMethod.Post, "events/confirm", body)).OrThrow();
    }
}
