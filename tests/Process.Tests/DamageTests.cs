using Marketplace.Process.Tests.Load;
using Marketplace.TestKit.Processes;
using Npgsql;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>A store that can no longer be trusted ends the server.</summary>
public sealed class DamageTests
{
    private const int StoreNotTrusted = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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
}
