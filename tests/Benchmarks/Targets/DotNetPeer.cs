using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Machine;
using Marketplace.Benchmarks.Peers;

namespace Marketplace.Benchmarks.Targets;

/// <summary>A peer that this executable serves in a process of its own, with a PostgreSQL cluster of its own where it needs one.</summary>
internal sealed class DotNetPeer(
    string key,
    string name,
    string keeps,
    string server,
    bool database,
    Workspace workspace,
    BenchmarkOptions options
) : Target(key, name, keeps)
{
    private PostgresCluster? _cluster;

    public override async Task Start(CancellationToken cancellationToken)
    {
        var port = Readiness.FreePort();
        Address = new Uri($"http://127.0.0.1:{port}");
        List<string> command =
        [
            "dotnet",
            typeof(DotNetPeer).Assembly.Location,
            "peer",
            server,
            "--port",
            $"{port}",
            "--installations",
            $"{options.Installations}",
            "--silo-port",
            $"{Readiness.FreePort()}",
            "--gateway-port",
            $"{Readiness.FreePort()}",
        ];
        if (database)
        {
            _cluster = Own(await PostgresCluster.Start(workspace.File($"pg-{Key}"), cancellationToken));
            command.AddRange([
                "--connection",
                _cluster.ConnectionString() + ";Max Auto Prepare=20;Maximum Pool Size=64;No Reset On Close=true",
            ]);
        }

        var process = Own(ChildProcess.Start(workspace.File($"{Key}.log"), command));
        using var client = new HttpClient { BaseAddress = Address };
        await Readiness.Of(process, async token => (await client.GetAsync("/ready", token)).IsSuccessStatusCode, cancellationToken);
        WriteCalls(workspace, Calls());
    }

    public override Task Settle(CancellationToken cancellationToken) => _cluster?.Checkpoint(cancellationToken) ?? Task.CompletedTask;

    private IEnumerable<Call> Calls() =>
        database
            ? Enumerable.Range(0, options.Installations).Select(index => new Call("/call", PeerTokens.Of(index)))
            : [new Call("/", string.Empty)];
}
