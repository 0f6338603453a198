using System.Diagnostics;
using Marketplace.Grains.Ports;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

/// <summary>
/// Asks the database every half second whether it is there, over a connection of its own. The writers notice an outage at their next
/// commit; a process that has nothing to write would call itself ready all the while. The same connection listens for the appends of other
/// processes.
/// </summary>
internal sealed partial class PostgresPulse(NpgsqlDataSource database, PostgresAppends appends, PostgresDamage damage, ILogger logger)
    : IStoreHealth,
        IAsyncDisposable
{
    private const int AnswerSeconds = 1;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // Npgsql takes less than a millisecond for no limit.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private volatile bool _isHealthy = true;
    private bool _disposed;

    public string Name => "database";

    public bool IsHealthy => _isHealthy;

    public int QueueDepth => 0;

    public void Start() => _running = Beat();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task Beat()
    {
        NpgsqlConnection? connection = null;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                connection ??= await Connect();
                await using var command = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = AnswerSeconds };
                await command.ExecuteScalarAsync(_stopping.Token);
                _isHealthy = true;
                await Listen(connection);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // Whatever it is: a pulse that has ended would call the database well, or away, for ever.
                Record(e);
                await Close(connection);
                connection = null;
                await Task.Delay(Pause, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Close(connection);
    }

    private async Task<NpgsqlConnection> Connect()
    {
        var connection = await database.OpenConnectionAsync(_stopping.Token);
        try
        {
            connection.Notification += (_, notification) => appends.Receive(notification.Payload);
            await using var listen = new NpgsqlCommand($"LISTEN {PostgresAppends.ChannelName}", connection);
            await listen.ExecuteNonQueryAsync(_stopping.Token);

            // What was appended while nothing listened.
            appends.RaiseAll();
            return connection;
        }
        catch (Exception)
        {
            await Close(connection);
            throw;
        }
    }

    /// <summary>Takes notifications until the next beat is due.</summary>
    private async Task Listen(NpgsqlConnection connection)
    {
        var began = Stopwatch.GetTimestamp();
        for (var left = Pause; left >= ShortestWait; left = Pause - Stopwatch.GetElapsedTime(began))
        {
            await connection.WaitAsync(left, _stopping.Token);
        }
    }

    private void Record(Exception failure)
    {
        damage.Examine(failure);
        if (_isHealthy && failure is not (NpgsqlException or TimeoutException or InvalidOperationException or IOException))
        {
            LogUnforeseen(failure.GetType().Name, failure.Message);
        }

        _isHealthy = false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database's pulse failed with {Failure}: {Text}; it is asked again")]
    private partial void LogUnforeseen(string failure, string text);

    private static async Task Close(NpgsqlConnection? connection)
    {
        try
        {
            await (connection?.DisposeAsync() ?? default);
        }
        catch (Exception)
        {
            // What a broken connection says at its end changes nothing.
        }
    }
}
