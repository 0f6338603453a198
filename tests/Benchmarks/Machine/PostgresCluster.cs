using System.Globalization;
using Npgsql;

namespace Marketplace.Benchmarks.Machine;

/// <summary>A temporary PostgreSQL cluster with default settings (fsync on), listening on the loopback address only.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private const string User = "bench";
    private readonly ChildProcess _process;
    private readonly string _folder;

    private PostgresCluster(ChildProcess process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    public int ProcessId => _process.Id;

    /// <summary>Folder of the newest installed server's programs.</summary>
    public static string Programs =>
        Directory
            .GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
            .Select(folder => Path.Combine(folder, "bin"))
            .First();

    public static async Task<PostgresCluster> Start(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        if (Environment.IsPrivilegedProcess)
        {
            await ChildProcess.Run(["chown", "postgres", folder], cancellationToken);
        }

        var data = Path.Combine(folder, "data");
        await ChildProcess.Run(
            [.. AsPostgres(), Path.Combine(Programs, "initdb"), "-D", data, "-U", User, "--auth=trust", "--encoding=UTF8", "--locale=C"],
            cancellationToken
        );
        var port = Readiness.FreePort();
        var process = ChildProcess.Start(
            folder + ".log",
            [.. AsPostgres(), Path.Combine(Programs, "postgres"), "-D", data, "-h", "127.0.0.1", "-k", folder, "-p", $"{port}"],
            stopSignal: "INT"
        );
        var cluster = new PostgresCluster(process, folder, port);
        try
        {
            await Readiness.Of(process, cluster.Answers, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public string ConnectionString(string database = "postgres") => $"Host=127.0.0.1;Port={Port};Username={User};Database={database}";

    public async Task CreateDatabase(string name, CancellationToken cancellationToken) =>
        await Execute($"CREATE DATABASE {name}", cancellationToken);

    /// <summary>Writes out what the last measurement left behind, so that it does not disturb the next one.</summary>
    public async Task Checkpoint(CancellationToken cancellationToken) => await Execute("CHECKPOINT", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // PostgreSQL refuses to run as root; setpriv replaces itself, so the server stays our child.
    private static string[] AsPostgres() =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

    private async Task<bool> Answers(CancellationToken cancellationToken)
    {
        await Execute("SELECT 1", cancellationToken);
        return true;
    }

    private async Task Execute(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString() + ";Pooling=false;Timeout=2;Command Timeout=120");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
