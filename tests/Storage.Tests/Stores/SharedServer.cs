using Marketplace.TestKit.Processes;
using Xunit;

[assembly: AssemblyFixture(typeof(Marketplace.Storage.Tests.Stores.SharedServer))]

namespace Marketplace.Storage.Tests.Stores;

/// <summary>
/// The PostgreSQL server of all tests that do not harm it: started at its first use, stopped after the last test. (At the process's exit
/// would be too late: with many databases stopping takes longer than the runner waits.)
/// </summary>
public sealed class SharedServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> Server = new(() => PostgresServer.Create());

    /// <summary>Makes an empty database.</summary>
    public static async Task<string> CreateDatabase() => await (await Server.Value).CreateDatabase();

    public async ValueTask DisposeAsync() => await Stop();

    internal static async Task Stop()
    {
        if (Server.IsValueCreated)
        {
            await (await Server.Value).DisposeAsync();
        }
    }
}
