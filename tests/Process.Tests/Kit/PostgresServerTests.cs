using Marketplace.TestKit.Processes;
using Npgsql;
using Xunit;

namespace Marketplace.Process.Tests.Kit;

public sealed class PostgresServerTests
{
    [Fact]
    public async Task Keeps_committed_rows_when_it_is_stopped_at_once_and_started_again()
    {
        await using var server = await PostgresServer.Create();
        var database = await server.CreateDatabase() + ";Pooling=false";
        await Execute(database, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (47)");

        await server.Stop(immediate: true);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Execute(database, "SELECT 1"));
        await server.Start();

        Assert.Equal(47, await Execute(database, "SELECT id FROM kept"));
        Assert.Equal("on", await Execute(database, "SHOW fsync"));
    }

    [Fact]
    public async Task Gives_every_caller_a_database_of_its_own()
    {
        var server = await PostgresServer.Shared;

        var databases = await Task.WhenAll(server.CreateDatabase(), server.CreateDatabase());

        Assert.NotEqual(databases[0], databases[1]);
    }

    private static async Task<object?> Execute(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // Constant texts of the tests above.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
