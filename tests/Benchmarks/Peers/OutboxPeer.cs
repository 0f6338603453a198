using Npgsql;

namespace Marketplace.Benchmarks.Peers;

/// <summary>
/// The transactional outbox that most would build: event and outbox row in one transaction, workers that poll with SKIP LOCKED, post and
/// delete. It keeps no order, signs nothing and logs no attempt.
/// </summary>
internal static class OutboxPeer
{
    public const string Name = "outbox";

    private const string Insert = """
        WITH taken AS (
          INSERT INTO event (id, seller, body) SELECT * FROM unnest($1, $2, $3)
          ON CONFLICT (id) DO NOTHING RETURNING seq, body)
        INSERT INTO outbox (seq, body) SELECT seq, body FROM taken
        """;

    private const string ReadBatch = "SELECT seq, body FROM outbox ORDER BY seq LIMIT $1 FOR UPDATE SKIP LOCKED";
    private const string Delete = "DELETE FROM outbox WHERE seq = ANY($1)";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// A worker that finds nothing comes more seldom, down to this: at rest the peer must not load those that are measured.
    /// </summary>
    private static readonly TimeSpan IdlePoll = TimeSpan.FromMilliseconds(200);

    public static async Task Map(WebApplication app)
    {
        var source = NpgsqlDataSource.Create(app.Configuration["connection"]!);
        await using (var schema = source.CreateCommand(await File.ReadAllTextAsync(PostgresPeer.Resource("outbox.sql"))))
        {
            await schema.ExecuteNonQueryAsync();
        }

        app.MapPost("/events", context => Accept(context, source));
        var client = PeerEvents.Client(app.Configuration);
        for (var worker = 0; worker < PeerEvents.Workers; worker++)
        {
            _ = Work(source, client, app.Lifetime.ApplicationStopping);
        }
    }

    private static async Task Accept(HttpContext context, NpgsqlDataSource source)
    {
        var (ids, sellers, bodies) = await PeerEvents.Read(context.Request);
        await using var command = source.CreateCommand(Insert);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = ids });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = sellers });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = bodies });
        await PeerEvents.Answer(context.Response, await command.ExecuteNonQueryAsync(context.RequestAborted));
    }

    private static async Task Work(NpgsqlDataSource source, HttpClient client, CancellationToken stopping)
    {
        var pause = Poll;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await DeliverSome(source, client, stopping))
                {
                    pause = Poll;
                    continue;
                }

                await Task.Delay(pause, stopping);
                pause = pause < IdlePoll ? pause * 2 : IdlePoll;
            }
            catch (Exception failure) when (failure is HttpRequestException or NpgsqlException or OperationCanceledException)
            {
                // The rows are unlocked and taken again.
                await Task.Delay(Poll, CancellationToken.None);
            }
        }
    }

    private static async Task<bool> DeliverSome(NpgsqlDataSource source, HttpClient client, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var rows = new List<(long Seq, string Body)>();
        await using (
            var take = new NpgsqlCommand(ReadBatch, connection)
            {
                Parameters = { new NpgsqlParameter<int> { TypedValue = PeerEvents.BatchSize } },
            }
        )
        {
            await using var reader = await take.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add((reader.GetInt64(0), reader.GetString(1)));
            }
        }

        if (rows.Count == 0)
        {
            return false;
        }

        await PeerEvents.Post(client, rows.Select(row => row.Body), cancellationToken);
        await using var delete = new NpgsqlCommand(Delete, connection)
        {
            Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Seq)] } },
        };
        await delete.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
