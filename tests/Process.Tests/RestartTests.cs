using System.Globalization;
using Marketplace.Process.Tests.Kit;
using Marketplace.Process.Tests.Load;
using Marketplace.TestKit;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>A server that is stopped in order and started again.</summary>
public sealed class RestartTests
{
    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task A_second_start_keeps_clients_tokens_installations_orders_and_counts(StoreKind store)
    {
        await BusinessDay.WaitIfItEndsSoon();
        var options = await Store.Fresh(store);
        await using var silo = new SiloProcess(options);
        await silo.Start();
        using var shop = await Shop.Open(silo, sellers: 2);
        var installation = shop.Installations[1];
        var first = (await shop.Client.Get(installation, "orders")).OrThrow();
        await shop.Client.Pause(shop.Installations[0], "holiday");
        var before = await State(shop, silo);

        Assert.Equal(0, await silo.Terminate());
        await silo.Start();

        Assert.Equal(before, await State(shop, silo));
        var second = (await shop.Client.Get(installation, "orders")).OrThrow();
        // The head moves with what the marketplace tells the installations of themselves.
        Assert.Equal(first.Json.GetProperty("orders").GetRawText(), second.Json.GetProperty("orders").GetRawText());
        Assert.Equal(first.Receipt!.Seq + 1, second.Receipt!.Seq);
        Assert.Equal("installation-paused", (await shop.Client.Get(shop.Installations[0], "orders")).ProblemCode);
        var demo = silo.ReadDemoFile();
        var client = demo.ClientOf(demo.Plugins[0].Id);
        var own = demo.Installations.First(name => name.EndsWith($"/{client.Plugin ?? demo.Plugins[0].Id}", StringComparison.Ordinal));
        (await shop.Client.RequestToken(client.Id, client.Secret, own)).OrThrow();
        await Store.StopAndVerify(silo, options);
    }

    [Fact]
    public async Task Demo_mode_refuses_to_start_in_the_Production_environment()
    {
        await using var silo = new SiloProcess(new SiloOptions { Environment = "Production" });

        var code = await silo.StartAndWaitForEnd();

        Assert.NotEqual(0, code);
        Assert.Contains("demo", silo.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Production", silo.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(silo.DataFolder, DemoFile.Name)));
    }

    private static async Task<string> State(Shop shop, SiloProcess silo)
    {
        var installations = await Task.WhenAll(shop.Installations.Select(shop.Client.Installation));
        var quota = (await shop.Client.Quota(shop.Installations[1])).Json.GetProperty("daily").GetProperty("used").GetInt64();
        var demo = await File.ReadAllTextAsync(Path.Combine(silo.DataFolder, DemoFile.Name), TestContext.Current.CancellationToken);
        return string.Join('\n', [.. installations.Select(answer => answer.Text), quota.ToString(CultureInfo.InvariantCulture), demo]);
    }
}
