using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Benchmarks.Peers;

/// <summary>Kestrel and PostgreSQL with one transaction per call: counter, price and itemised row in one statement.</summary>
internal static class PostgresPeer
{
    private const string Call = """
        WITH counted AS (
          INSERT INTO counter AS c (installation, day, used, total) VALUES ($1, $2, 1, 0)
          ON CONFLICT (installation, day) DO UPDATE
          SET used = c.used + 1,
              total = c.total + CASE WHEN c.used < 1000 THEN 0 WHEN c.used < 5000 THEN 20 ELSE 15 END
          RETURNING used, total)
        INSERT INTO item (installation, day, seq, call, price, at)
        SELECT $1, $2, used, $3, CASE WHEN used <= 1000 THEN 0 WHEN used <= 5000 THEN 20 ELSE 15 END, $4 FROM counted
        RETURNING seq, price, (SELECT total FROM counted)
        """;

    public static async Task Map(WebApplication app, Dictionary<string, string> tokens)
    {
        var source = NpgsqlDataSource.Create(app.Configuration["connection"]!);
        await using (var schema = source.CreateCommand(await File.ReadAllTextAsync(Resource("postgres-per-call.sql"))))
        {
            await schema.ExecuteNonQueryAsync();
        }

        app.MapGet("/call", context => Handle(context, source, tokens));
    }

    public static string Resource(string file) => Path.Combine(AppContext.BaseDirectory, "Peers", file);

    private static async Task Handle(HttpContext context, NpgsqlDataSource source, Dictionary<string, string> tokens)
    {
        var installation = PeerAnswer.InstallationOf(context.Request, tokens);
        if (installation is null)
        {
            await PeerAnswer.Refuse(context.Response);
            return;
        }

        var call = Guid.NewGuid();
        var (used, price, total) = await Count(source, installation, call, context.RequestAborted);
        await PeerAnswer.Write(context.Response, installation, call, used, price, total);
    }

    private static async Task<(long Used, int Price, long Total)> Count(
        NpgsqlDataSource source,
        string installation,
        Guid call,
        CancellationToken cancellationToken
    )
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var command = source.CreateCommand(Call);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = installation, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = DateOnly.FromDateTime(now.UtcDateTime) });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = call });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2));
    }
}
