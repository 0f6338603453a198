using Marketplace.TestKit.Processes;

namespace Marketplace.Process.Tests.Faults;

/// <summary>A PostgreSQL server of the test's own that is stopped.</summary>
internal sealed class PostgresGone : IStoreFault
{
    private readonly PostgresServer _server;
    private readonly bool _crash;

    private PostgresGone(PostgresServer server, bool crash, SiloOptions options) => (_server, _crash, Options) = (server, crash, options);

    public SiloOptions Options { get; }

    /// <param name="crash">True: as if its power failed. False: stopped in order.</param>
    public static async Task<IStoreFault> Create(bool crash)
    {
        var server = await PostgresServer.Create();
        return new PostgresGone(server, crash, new SiloOptions { PostgreSql = await server.CreateDatabase() });
    }

    public Task Break() => _server.Stop(immediate: _crash);

    public Task Repair() => _server.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
