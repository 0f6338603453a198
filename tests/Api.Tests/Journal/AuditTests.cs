using System.Text.Json;
using Marketplace.TestKit;
using Microsoft.Data.Sqlite;

namespace Marketplace.Api.Tests.Journal;

/// <summary>What operators see: figures, chains, dead letters.</summary>
public class AuditTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task The_figures_count_every_fact_once_and_the_streams_catch_up()
    {
        await Client.Pause(await marketplace.NewInstallation());
        var lines = await Client.Export("journal").CountAsync(TestContext.Current.CancellationToken);

        var kpis = await Eventually.Get(
            () => Get("audit/kpis?days=366"),
            kpis => kpis.GetProperty("facts").GetInt64() >= lines && kpis.GetProperty("lag").GetInt64() == 0,
            "the figures"
        );

        Assert.Equal(lines, kpis.GetProperty("facts").GetInt64());
        Assert.Equal(
            lines,
            kpis.GetProperty("days")
                .EnumerateArray()
                .Sum(day => day.GetProperty("kinds").EnumerateObject().Sum(kind => kind.Value.GetInt64()))
        );
        Assert.Contains(kpis.GetProperty("days").EnumerateArray(), day =>
            day.GetProperty("kinds").TryGetProperty("installation.paused", out _)
        );
        Assert.Equal(18, kpis.GetProperty("queues").GetArrayLength());
        Assert.Equal(0, kpis.GetProperty("dead_letters").GetInt64());
    }

    [Fact]
    public async Task Chains_verify_for_all_and_for_one_and_an_unknown_entity_is_not_found()
    {
        var installation = await marketplace.NewInstallation();

        var all = await Get("audit/verify");
        var one = await Get($"audit/verify?entity=installation/{installation}");

        Assert.True(all.GetProperty("ok").GetBoolean());
        Assert.Equal(0, all.GetProperty("findings").GetArrayLength());
        Assert.True(all.GetProperty("facts").GetInt64() > one.GetProperty("facts").GetInt64());
        Assert.Equal((1, true), (one.GetProperty("entities").GetInt32(), one.GetProperty("facts").GetInt64() > 0));
        Assert.Equal(
            404,
            (int)
                (
                    await Client.Send(HttpMethod.Get, "/platform/v1/audit/verify?entity=installation/no/body", await Client.OperatorToken())
                ).Status
        );
    }

    [Fact]
    public async Task A_fact_that_was_altered_in_the_store_is_named()
    {
        await using var own = new TestMarketplace();
        await own.InitializeAsync();
        var installation = await own.NewInstallation();
        await own.Client.Pause(installation);
        await using (var file = new SqliteConnection($"Data Source={Path.Combine(own.DataFolder, "journal.db")};Pooling=False"))
        {
            await file.OpenAsync(TestContext.Current.CancellationToken);
            await using var alter = file.CreateCommand();
            alter.CommandText = "UPDATE journal SET address = '198.51.100.1' WHERE type = 'paused'";
            Assert.Equal(1, await alter.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        }

        var report = (await own.Client.Send(HttpMethod.Get, "/platform/v1/audit/verify", await own.Client.OperatorToken())).OrThrow().Json;

        Assert.False(report.GetProperty("ok").GetBoolean());
        var finding = Assert.Single(report.GetProperty("findings").EnumerateArray());
        Assert.Equal(
            ($"installation/{installation}", "chain-broken"),
            (finding.GetProperty("entity").GetString(), finding.GetProperty("code").GetString())
        );
    }

    [Fact]
    public async Task There_are_no_dead_letters_and_one_that_is_not_there_cannot_be_retried()
    {
        var list = await Get("dead-letters?all=true");

        Assert.Equal(0, list.GetProperty("dead_letters").GetArrayLength());
        Assert.Equal(
            404,
            (int)(await Client.Send(HttpMethod.Post, "/platform/v1/dead-letters/999/retry", await Client.OperatorToken())).Status
        );
        Assert.Equal(403, (int)(await Client.Send(HttpMethod.Get, "/platform/v1/dead-letters", await Client.SellerCenterToken())).Status);
    }

    private async Task<JsonElement> Get(string path) =>
        (await Client.Send(HttpMethod.Get, $"/platform/v1/{path}", await Client.OperatorToken())).OrThrow().Json;
}
