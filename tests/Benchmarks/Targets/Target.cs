using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Machine;

namespace Marketplace.Benchmarks.Targets;

/// <summary>One set-up under test: its processes, where it answers, and the calls to send.</summary>
internal abstract class Target(string key, string name, string keeps) : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = new();

    /// <summary>Letter on the command line.</summary>
    public string Key { get; } = key;

    /// <summary>Name in the report.</summary>
    public string Name { get; } = name;

    /// <summary>Whether an acknowledged call survives kill -9 / power loss.</summary>
    public string Keeps { get; } = keeps;

    /// <summary>Where the set-up answers.</summary>
    public Uri Address { get; protected set; } = new("http://127.0.0.1");

    /// <summary>File with the calls of the main measurement.</summary>
    public string CallsFile { get; protected set; } = string.Empty;

    /// <summary>Processes whose load (with that of their children) is the set-up's own.</summary>
    public HashSet<int> Roots { get; } = [];

    /// <summary>Starts the set-up and prepares its calls.</summary>
    public abstract Task Start(CancellationToken cancellationToken);

    /// <summary>Waits until the work of the last measurement is finished.</summary>
    public virtual Task Settle(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var owned))
        {
            await owned.DisposeAsync();
        }
    }

    protected ChildProcess Own(ChildProcess process)
    {
        _owned.Push(process);
        Roots.Add(process.Id);
        return process;
    }

    protected PostgresCluster Own(PostgresCluster cluster)
    {
        _owned.Push(cluster);
        Roots.Add(cluster.ProcessId);
        return cluster;
    }

    /// <summary>Another set-up that is a part of this one and ends with it.</summary>
    protected void Own(Target part) => _owned.Push(part);

    protected void WriteCalls(Workspace workspace, IEnumerable<Call> calls)
    {
        CallsFile = workspace.File($"calls-{Key}");
        Wrk.WriteCalls(CallsFile, calls);
    }
}
