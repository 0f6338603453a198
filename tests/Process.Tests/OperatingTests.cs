using System.Net;
using System.Runtime.Versioning;
using Marketplace.Process.Tests.Load;
using Marketplace.TestKit;
using Marketplace.TestKit.Processes;
using Npgsql;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>What an operator meets around a running server: databases that come late or go, rights of files, demo stores, damage.</summary>
public sealed class OperatingTests
{
    private const int StoreNotTrusted = 3;
    private const int FewConnections = 20;
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;
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

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_and_files_that_others_could_read_become_the_owners_at_the_next_start()
    {
        await using var silo = new SiloProcess(new SiloOptions());
        await silo.Start();
        Assert.Equal(0, await silo.Terminate());
        File.SetUnixFileMode(silo.DataFolder, (UnixFileMode)0b111_101_101);
        foreach (var file in Directory.EnumerateFiles(silo.DataFolder))
        {
            File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        }

        await silo.Start();

        Assert.Equal(default, File.GetUnixFileMode(silo.DataFolder) & Others);
        Assert.All(Directory.EnumerateFiles(silo.DataFolder), file => Assert.True((File.GetUnixFileMode(file) & Others) == 0, file));
    }

    [Fact]
    public async Task A_store_that_demo_mode_made_does_not_open_in_production()
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-demo-store-");
        try
        {
            await using var demo = new SiloProcess(new SiloOptions { DataFolder = folder.FullName });
            await demo.Start();
            Assert.Equal(0, await demo.Terminate());
            await using var production = new SiloProcess(
                new SiloOptions
                {
                    DataFolder = folder.FullName,
                    Demo = false,
                    Environment = "Production",
                }
            );

            var code = await production.StartAndWaitForEnd();

            Assert.True(code == 2, $"The exit code is {code}:\n{production.Output}");
            Assert.Contains("made in demo mode", production.Output, StringComparison.Ordinal);
            AssertNoErrors(production);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Damage_that_shows_while_the_server_runs_ends_it_with_an_exit_code_of_its_own()
    {
        await using var silo = new SiloProcess(new SiloOptions());
        await silo.Start();
        using (await Shop.Open(silo, sellers: 8))
        {
            // What a stop brings into the file is read from it afterwards, not from its log.
            Assert.Equal(0, await silo.Terminate());
        }

        await silo.Start();
        await using (
            var journal = new FileStream(Path.Combine(silo.DataFolder, "journal.db"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
        )
        {
            journal.Position = 4_096;
            await journal.WriteAsync(Enumerable.Repeat((byte)0xA5, (int)(journal.Length - journal.Position)).ToArray(), Token);
        }

        var ended = silo.WaitForEnd();
        try
        {
            using var again = await Shop.Open(silo, sellers: 16);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or OperationCanceledException)
        {
            // It ends, or refuses, in the middle of it.
        }

        var code = await ended;
        Assert.True(code == StoreNotTrusted, $"The exit code is {code}:\n{silo.Output}");
        Assert.Contains("journal.db is damaged", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_that_PostgreSQL_names_ends_the_process_with_the_same_exit_code()
    {
        await using var server = await PostgresServer.Create();
        var database = await server.CreateDatabase();
        await using var silo = new SiloProcess(new SiloOptions { PostgreSql = database });
        await silo.Start();
        await using (var connection = new NpgsqlConnection(database + ";Pooling=false"))
        {
            // As the server says it of a page that it cannot read; the state is what the product goes by.
            await connection.OpenAsync(Token);
            await using var damage = new NpgsqlCommand(
                "CREATE FUNCTION damage() RETURNS trigger LANGUAGE plpgsql AS "
                    + "$$ BEGIN RAISE EXCEPTION 'invalid page in block 7' USING ERRCODE = 'XX001'; END $$; "
                    + "CREATE TRIGGER damage BEFORE INSERT ON journal FOR EACH STATEMENT EXECUTE FUNCTION damage()",
                connection
            );
            await damage.ExecuteNonQueryAsync(Token);
        }

        var ended = silo.WaitForEnd();
        try
        {
            using var shop = await Shop.Open(silo, sellers: 4);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or OperationCanceledException)
        {
            // It ends, or refuses, in the middle of it.
        }

        var code = await ended;
        Assert.True(code == StoreNotTrusted, $"The exit code is {code}:\n{silo.Output}");
        Assert.Contains("invalid page in block 7", silo.Output, StringComparison.Ordinal);
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
