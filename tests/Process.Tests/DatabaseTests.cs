using System.Net;
using Marketplace.Process.Tests.Load;
using Marketplace.TestKit;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>
/// What an operator meets around a server's database: it comes late or never, has few connections, goes away and comes back.
/// </summary>
public sealed class DatabaseTests
{
    private const int FewConnections = 20;
    private const string Waits = "is not there yet";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_waits_for_a_database_that_comes_later_and_says_so()
    {
        await using var server = await PostgresServer.Create();
        var options = new SiloOptions { PostgreSql = await server.CreateDatabase() };
        await server.Stop(immediate: false);
        await using var silo = new SiloProcess(options);
        silo.StartOnly();
        await Eventually.Holds(() => silo.Output.Contains(Waits, StringComparison.Ordinal), "the start says that it waits");

        await server.Start();
        await silo.WaitUntilReady();

        AssertNoErrors(silo);
        Assert.Equal(0, await silo.Terminate());
    }

    [Fact]
    public async Task SIGTERM_while_a_start_waits_ends_it_cleanly()
    {
        await using var server = await PostgresServer.Create();
        var options = new SiloOptions { PostgreSql = await server.CreateDatabase() };
        await server.Stop(immediate: false);
        await using var silo = new SiloProcess(options);
        silo.StartOnly();
        await Eventually.Holds(() => silo.Output.Contains(Waits, StringComparison.Ordinal), "the start says that it waits");

        Assert.Equal(0, await silo.Terminate());

        AssertNoErrors(silo);
    }

    [Fact]
    public async Task A_database_that_does_not_come_within_the_set_time_is_named_in_one_line()
    {
        await using var silo = new SiloProcess(
            new SiloOptions
            {
                PostgreSql = FormattableString.Invariant($"Host=127.0.0.1;Port={FreePort.Next()};Username=postgres;Database=marketplace"),
                Settings = new Dictionary<string, string> { ["Marketplace:Storage:StartTimeout"] = "00:00:01" },
            }
        );

        Assert.Equal(1, await silo.StartAndWaitForEnd());

        Assert.Contains("Marketplace:Storage:StartTimeout", silo.Output, StringComparison.Ordinal);
        AssertNoErrors(silo);
    }

    [Fact]
    public async Task A_first_start_takes_fewer_connections_than_a_small_database_has_and_writes_no_error()
    {
        await using var server = await PostgresServer.Create(FewConnections);
        await using var silo = new SiloProcess(new SiloOptions { PostgreSql = await server.CreateDatabase() });
        await silo.Start();
        using var shop = await Shop.Open(silo, sellers: 4);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(i => shop.Client.Get(shop.Installations[i % shop.Installations.Count], "orders"))
        );

        Assert.DoesNotContain(answers, answer => answer.Status >= HttpStatusCode.InternalServerError);
        AssertNoErrors(silo);
    }

    [Fact]
    public async Task An_idle_server_is_not_ready_while_its_database_is_away_and_reads_and_diagnoses_are_answered_for_what_they_are()
    {
        await using var server = await PostgresServer.Create();
        await using var silo = new SiloProcess(new SiloOptions { PostgreSql = await server.CreateDatabase() });
        await silo.Start();
        using var shop = await Shop.Open(silo, sellers: 2);
        var installation = shop.Installations[0];
        var token = await shop.Client.UserToken(Shop.SellerOf(installation));
        using var http = new HttpClient { BaseAddress = silo.BaseAddress };

        // A token that this process has not seen cannot be checked during the outage.
        (await shop.Client.Send(HttpMethod.Get, $"/seller/v1/installations/{installation}", token)).OrThrow();

        await server.Stop(immediate: true);
        await Eventually.Holds(async () => await Ready(http) == HttpStatusCode.ServiceUnavailable, "it is not ready any more");
        foreach (var path in (string[])["", "/quota", "/errors", "/permissions", "/webhook"])
        {
            var answer = await shop.Client.Send(HttpMethod.Get, $"/seller/v1/installations/{installation}{path}", token);
            Assert.True(answer.Status != HttpStatusCode.InternalServerError, $"{path}: {answer}");
            Assert.True(
                answer.Status != HttpStatusCode.ServiceUnavailable || answer.ProblemCode == "storage-unavailable",
                $"{path}: {answer}"
            );
        }

        var diagnosis = await shop.Client.Send(HttpMethod.Get, $"/seller/v1/installations/{installation}/diagnosis", token);
        Assert.True(diagnosis.Status == HttpStatusCode.OK, $"{diagnosis}");
        Assert.Contains(diagnosis.Json.GetProperty("findings").EnumerateArray(), finding =>
            finding.GetProperty("code").GetString() == "storage-unavailable"
        );

        await server.Start();
        await Eventually.Holds(async () => await Ready(http) == HttpStatusCode.OK, "it is ready again");
    }

    private static void AssertNoErrors(SiloProcess silo)
    {
        Assert.DoesNotContain(" error ", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> Ready(HttpClient http)
    {
        using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), Token);
        return answer.StatusCode;
    }
}
