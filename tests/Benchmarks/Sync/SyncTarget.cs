using Marketplace.Benchmarks.Machine;
using Marketplace.Benchmarks.Peers;
using Marketplace.Benchmarks.Targets;

namespace Marketplace.Benchmarks.Sync;

/// <summary>One set-up that takes events and posts them to the receiver.</summary>
internal abstract class SyncTarget(string key, string name) : Target(key, name, "yes / yes")
{
    /// <summary>Where batches of events are posted.</summary>
    public abstract Uri Events { get; }

    /// <summary>Sellers whose events are pushed: those with the indexes from 0.</summary>
    public abstract int Pushed { get; }

    /// <summary>The bearer token of the platform; empty for none.</summary>
    public virtual Task<string> Token(CancellationToken cancellationToken) => Task.FromResult(string.Empty);
}

/// <summary>A peer in a process of its own, which is told the receiver's address at its start.</summary>
internal sealed class SyncPeer(string key, string name, string server, Uri receiver, Workspace workspace, BenchmarkOptions options)
    : SyncTarget(key, name)
{
    private PostgresCluster? _cluster;

    public override Uri Events => new(Address, "/events");

    public override int Pushed => options.Installations;

    public override async Task Start(CancellationToken cancellationToken)
    {
        var port = Readiness.FreePort();
        Address = new Uri($"http://127.0.0.1:{port}");
        List<string> command =
        [
            "dotnet",
            typeof(SyncPeer).Assembly.Location,
            "peer",
            server,
            "--port",
            $"{port}",
            "--receiver",
            receiver.ToString(),
        ];
        if (server == OutboxPeer.Name)
        {
            _cluster = Own(await PostgresCluster.Start(workspace.File($"pg-{Key}"), cancellationToken));
            command.AddRange([
                "--connection",
                _cluster.ConnectionString() + ";Max Auto Prepare=20;Maximum Pool Size=64;No Reset On Close=true",
            ]);
        }
        else
        {
            command.AddRange(["--redis", $"{await StartRedis(cancellationToken)}"]);
        }

        var process = Own(ChildProcess.Start(workspace.File($"{Key}.log"), command));
        using var client = new HttpClient { BaseAddress = Address };
        await Readiness.Of(process, async token => (await client.GetAsync("/ready", token)).IsSuccessStatusCode, cancellationToken);
    }

    public override Task Settle(CancellationToken cancellationToken) => _cluster?.Checkpoint(cancellationToken) ?? Task.CompletedTask;

    private async Task<int> StartRedis(CancellationToken cancellationToken)
    {
        var port = Readiness.FreePort();
        var redis = Own(
            ChildProcess.Start(
                workspace.File($"redis-{Key}.log"),
                [
                    "redis-server",
                    "--bind",
                    "127.0.0.1",
                    "--port",
                    $"{port}",
                    "--dir",
                    workspace.Folder($"redis-{Key}"),
                    "--save",
                    "",
                    "--appendonly",
                    "yes",
                    "--appendfsync",
                    "always",
                ]
            )
        );
        await Readiness.Of(redis, token => Readiness.Accepts(port, token), cancellationToken);
        return port;
    }
}

/// <summary>
/// Our server with everything on: one installation for each seller; the first half is pushed to, the second half pulls.
/// </summary>
internal sealed class SyncServer(string key, string name, StoreKind kind, Uri receiver, Workspace workspace, BenchmarkOptions options)
    : SyncTarget(key, name)
{
    private readonly MarketplaceTarget _server = new(key, name, kind, options.Installations * 2, called: 1, workspace, options);

    public StoreKind Kind => kind;

    public MarketplaceClient Client => _server.Client;

    public override Uri Events => new(_server.Address, "/platform/v1/events");

    public override int Pushed => options.Installations;

    public override async Task Start(CancellationToken cancellationToken)
    {
        Own(_server);
        await _server.Start(cancellationToken);
        Address = _server.Address;
        Roots.UnionWith(_server.Roots);
        await Client.Push(Enumerable.Range(0, Pushed), receiver, cancellationToken);
    }

    public override Task Settle(CancellationToken cancellationToken) => _server.Settle(cancellationToken);

    public override Task<string> Token(CancellationToken cancellationToken) => Client.PlatformToken(cancellationToken);
}
