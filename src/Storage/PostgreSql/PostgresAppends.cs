using System.Threading.Channels;
using Marketplace.Grains.Ports;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

/// <summary>
/// Signals the appends of this process to its own readers at once, and to those of the other processes by NOTIFY. Notifying is a
/// transaction of its own: inside the append's, it would make all appends of the database wait for each other's commit.
/// </summary>
internal sealed partial class PostgresAppends : IAsyncDisposable
{
    /// <summary>The channel to listen on.</summary>
    public const string ChannelName = "marketplace_appended";

    // A notification is a transaction that may be lost: the commit need not wait for the disk. Of this transaction only, since the
    // connection is pooled.
    private const string Notification = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";

    // Under load one notification stands for all commits in this time.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    private readonly NpgsqlDataSource _database;
    private readonly ILogger _logger;
    private readonly string _process = Guid.NewGuid().ToString("N");
    private readonly Log[] _logs = [new("journal"), new("feed")];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _wakeUps = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    private Task _running = Task.CompletedTask;
    private bool _disposed;

    public PostgresAppends(NpgsqlDataSource database, ILogger logger) => (_database, _logger) = (database, logger);

    public AppendSignal Journal => _logs[0].Signal;

    public AppendSignal Feed => _logs[1].Signal;

    public void Start() => _running = Run();

    public void JournalAppended() => Appended(_logs[0]);

    public void FeedAppended() => Appended(_logs[1]);

    /// <summary>Handles a notification of the channel.</summary>
    public void Receive(string payload)
    {
        foreach (var log in _logs)
        {
            // The own appends are signalled already.
            if (payload.EndsWith('/' + log.Name, StringComparison.Ordinal) && !payload.StartsWith(_process, StringComparison.Ordinal))
            {
                log.Signal.Raise();
            }
        }
    }

    /// <summary>Signals all logs: notifications may have been missed.</summary>
    public void RaiseAll() => Array.ForEach(_logs, static log => log.Signal.Raise());

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private void Appended(Log log)
    {
        log.Signal.Raise();
        Volatile.Write(ref log.IsDirty, true);
        _wakeUps.Writer.TryWrite(true);
    }

    private async Task Run()
    {
        await foreach (var _ in _wakeUps.Reader.ReadAllAsync(_stopping.Token))
        {
            foreach (var log in _logs.Where(static log => Interlocked.Exchange(ref log.IsDirty, false)))
            {
                await Notify(log);
            }

            await Task.Delay(Pace, TimeProvider.System, _stopping.Token);
        }
    }

    private async Task Notify(Log log)
    {
        try
        {
            await using var command = _database.CreateCommand(Notification);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ChannelName });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{_process}/{log.Name}" });
            await command.ExecuteNonQueryAsync(_stopping.Token);
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            // The readers of other processes look for themselves, only later. The writers and the pulse report an outage.
            if (e is not (NpgsqlException or TimeoutException or InvalidOperationException or IOException))
            {
                LogUnforeseen(e.GetType().Name, e.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An append could not be announced to other processes: {Failure}: {Text}")]
    private partial void LogUnforeseen(string failure, string text);

    private sealed class Log(string name)
    {
        public bool IsDirty;

        public string Name => name;

        public AppendSignal Signal { get; } = new();
    }
}
