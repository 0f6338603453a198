using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Marketplace.TestKit.Processes;

/// <summary>
/// A PostgreSQL server of the tests' own in a temporary folder, on a free loopback port, with the syncs of a real one (fsync on).
/// It ends with this process, even if that is killed.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(StartShared);
    private static int Databases;

    private readonly DirectoryInfo _folder;
    private readonly string _binaries;
    private readonly int _connections;
    private readonly RecentOutput _output = new();
    private Process? _process;
    private Watchdog? _watchdog;

    private PostgresServer(string binaries, DirectoryInfo folder, int port, int connections) =>
        (_binaries, _folder, Port, _connections) = (binaries, folder, port, connections);

    public int Port { get; }

    /// <summary>One server for all tests of this process; started at the first use, ended with the process. Do not stop it.</summary>
    public static Task<PostgresServer> Shared => SharedServer.Value;

    /// <summary>Makes and starts a server.</summary>
    /// <exception cref="FileNotFoundException">PostgreSQL is not installed.</exception>
    /// <param name="connections">How many it takes at most.</param>
    public static async Task<PostgresServer> Create(int connections = 300)
    {
        var server = new PostgresServer(
            FindBinaries(),
            Directory.CreateTempSubdirectory("marketplace-postgres-"),
            FreePort.Next(),
            connections
        );
        try
        {
            await server.Initialize();
            await server.Start();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database of its own.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabase()
    {
        var name = FormattableString.Invariant($"test_{Interlocked.Increment(ref Databases)}");
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var create = connection.CreateCommand();
#pragma warning disable CA2100 // The name is made above.
        create.CommandText = $"CREATE DATABASE {name}";
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <summary>Starts the stopped server again, on the same port and files, and waits until it answers.</summary>
    public async Task Start()
    {
        _process = StartAsOwner(
            "postgres",
            "-D",
            Data,
            "-p",
            Port.ToString(CultureInfo.InvariantCulture),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "fsync=on",
            "-c",
            FormattableString.Invariant($"max_connections={_connections}"),
            "-c",
            "logging_collector=off"
        );
        _watchdog = new Watchdog(_process, "QUIT", _folder.FullName);
        await WaitUntilItAnswers();
    }

    /// <summary>Stops the server; its files stay.</summary>
    /// <param name="immediate">True: as if the power failed (no checkpoint, recovery at the next start). False: in order.</param>
    public async Task Stop(bool immediate)
    {
        if (_process is not { } process)
        {
            return;
        }

        process.Send(immediate ? Signals.Quit : Signals.Interrupt);
        await process.WaitForExitAsync();
        _watchdog?.Dispose();
        process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop(immediate: true);
        _folder.Delete(recursive: true);
    }

    private string Data => Path.Combine(_folder.FullName, "data");

    private static async Task<PostgresServer> StartShared()
    {
        var server = await Create();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return server;
    }

    private static string FindBinaries()
    {
        var debian = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
            .Concat(path)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new FileNotFoundException("PostgreSQL is not installed: no initdb under /usr/lib/postgresql/*/bin or on the PATH.");
    }

    private string ConnectionString(string database) =>
        FormattableString.Invariant(
            $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Timeout=10;Include Error Detail=true"
        );

    private async Task Initialize()
    {
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root, and its user cannot enter a folder of root's.
            using var chown = Process.Start("chown", ["postgres:postgres", _folder.FullName]);
            await chown.WaitForExitAsync();
        }

        // The template need not survive a power failure; everything after the server's start does.
        using var initdb = StartAsOwner("initdb", "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync");
        await initdb.WaitForExitAsync();
        if (initdb.ExitCode != 0)
        {
            throw new InvalidOperationException($"initdb ended with {initdb.ExitCode}:\n{_output}");
        }
    }

    private Process StartAsOwner(string program, params string[] arguments)
    {
        string[] owner = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
        string[] command = [.. owner, Path.Combine(_binaries, program), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
        _output.Read(process);
        return process;
    }

    private async Task WaitUntilItAnswers()
    {
        using var deadline = new CancellationTokenSource(StartLimit);
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
                await connection.OpenAsync(deadline.Token);
                return;
            }
            catch (NpgsqlException) when (!deadline.IsCancellationRequested && _process is { HasExited: false })
            {
                await Task.Delay(50);
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                throw new InvalidOperationException($"PostgreSQL did not start:\n{_output}", e);
            }
        }
    }
}
