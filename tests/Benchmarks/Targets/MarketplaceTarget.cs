using System.Diagnostics;
using Marketplace.Benchmarks.Copies;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Machine;

namespace Marketplace.Benchmarks.Targets;

/// <summary>Where our server keeps its logs.</summary>
internal enum StoreKind
{
    /// <summary>SQLite files in the data folder.</summary>
    Sqlite,

    /// <summary>A PostgreSQL cluster of its own.</summary>
    PostgreSql,
}

/// <summary>
/// Our server in its Release build with everything on, driven over its HTTP contract alone: tokens, installations of made-up
/// sellers, one order for each, and <c>GET /open/v1/orders/{id}</c> as the measured call.
/// </summary>
internal sealed class MarketplaceTarget(
    string key,
    string name,
    StoreKind kind,
    int registered,
    int called,
    Workspace workspace,
    BenchmarkOptions options
) : Target(key, name, "yes / yes")
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);

    // The same over restarts: a silo that comes back at its old address need not wait for its own entry to be declared dead.
    private readonly int _siloPort = Readiness.FreePort();
    private PostgresCluster? _cluster;
    private ChildProcess? _process;
    private MarketplaceClient? _client;

    /// <summary>Calls for each of the called installations.</summary>
    public IReadOnlyList<Call> Calls { get; private set; } = [];

    /// <summary>Installations registered a second when the server was warm.</summary>
    public double RegistrationRate { get; private set; }

    public StoreKind Kind => kind;

    public int ProcessId => _process!.Id;

    public MarketplaceClient Client => _client!;

    public LedgerSize Ledger => new(kind, DataFolder, _cluster is null ? string.Empty : Connection());

    private string DataFolder => workspace.Folder($"data-{Key}");

    public override async Task Start(CancellationToken cancellationToken)
    {
        if (kind == StoreKind.PostgreSql)
        {
            _cluster = Own(await PostgresCluster.Start(workspace.File($"pg-{Key}"), cancellationToken));
            await _cluster.CreateDatabase("marketplace", cancellationToken);
        }

        await StartServer(cancellationToken);
        var overHttp = Math.Min(registered, options.OverHttp);
        RegistrationRate = await Client.Register(overHttp, cancellationToken);
        if (registered > overHttp)
        {
            await CopySellers(overHttp - 1, cancellationToken);
        }

        Calls = await Client.CallsFor(registered, Math.Min(registered, called), cancellationToken);
        WriteCalls(workspace, Calls);
    }

    /// <summary>Ends the server in order and starts it again on the same data: nothing is active, all tokens stay good.</summary>
    public async Task Restart(CancellationToken cancellationToken)
    {
        await Stop();
        await StartServer(cancellationToken);
    }

    /// <summary>Ends the server in order.</summary>
    public async Task Stop()
    {
        Roots.Remove(ProcessId);
        await _process!.DisposeAsync();
    }

    /// <summary>
    /// Starts the stopped server on its data; the time from the start of its process to the first good answer to
    /// <paramref name="call"/>, at most 10 ms too long.
    /// </summary>
    public async Task<TimeSpan> StartUntilAnswer(Call call, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        Launch();
        await Readiness.Of(_process!, token => Client.Answers(call, token), Glance, cancellationToken);
        var taken = Stopwatch.GetElapsedTime(started);
        await Client.SignIn(cancellationToken);
        return taken;
    }

    /// <summary>Rows of the store; write only when the server is stopped.</summary>
    public async Task<IStoreRows> OpenRows(CancellationToken cancellationToken) =>
        kind == StoreKind.Sqlite ? new SqliteRows(DataFolder) : await PostgresRows.Open(Connection(), cancellationToken);

    /// <summary>Bytes of the data folder and of the database.</summary>
    public async Task<long> SizeOnDisk(CancellationToken cancellationToken)
    {
        await using var rows = await OpenRows(cancellationToken);
        var files = new DirectoryInfo(DataFolder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        var database =
            kind == StoreKind.Sqlite
                ? 0
                : await rows.Number(string.Empty, "SELECT pg_database_size(current_database())", cancellationToken);
        return files + database;
    }

    /// <summary>A file with other calls than those of the main measurement.</summary>
    public string OtherCalls(string purpose, IEnumerable<Call> calls)
    {
        var file = workspace.File($"calls-{Key}-{purpose}");
        Wrk.WriteCalls(file, calls);
        return file;
    }

    public override Task Settle(CancellationToken cancellationToken) => _cluster?.Checkpoint(cancellationToken) ?? Task.CompletedTask;

    private async Task CopySellers(int template, CancellationToken cancellationToken)
    {
        await using (var rows = await OpenRows(cancellationToken))
        {
            var copies = new SellerCopies(rows, options.Plugin);
            while (!await copies.IsSettled(cancellationToken))
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }

        await Stop();
        await using (var rows = await OpenRows(cancellationToken))
        {
            await new SellerCopies(rows, options.Plugin).Add(template, registered, cancellationToken);
        }

        await StartServer(cancellationToken);
    }

    private string Connection() => _cluster!.ConnectionString("marketplace");

    private async Task StartServer(CancellationToken cancellationToken)
    {
        Launch();
        await Readiness.Of(_process!, Client.IsReady, cancellationToken);
        await Client.SignIn(cancellationToken);
    }

    private void Launch()
    {
        var port = Readiness.FreePort();
        Address = new Uri($"http://127.0.0.1:{port}");
        _process = Own(ChildProcess.Start(workspace.File($"{Key}.log"), Command(), Environment));
        _client?.Dispose();
        _client = new MarketplaceClient(Address, DataFolder, options.Plugin);
    }

    private static Dictionary<string, string> Environment =>
        new() { ["DOTNET_ENVIRONMENT"] = "Development", ["ASPNETCORE_ENVIRONMENT"] = "Development" };

    private List<string> Command() =>
        [
            "dotnet",
            options.Server,
            $"--Marketplace:DataFolder={DataFolder}",
            "--Marketplace:Demo=true",
            $"--Marketplace:Storage:Provider={kind}",
            $"--Marketplace:Storage:ConnectionString={(_cluster is null ? string.Empty : Connection())}",
            $"--Marketplace:Silo:Port={_siloPort}",
            "--Logging:LogLevel:Default=Warning",
            "--urls",
            Address.ToString().TrimEnd('/'),
        ];
}
