using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>The stores every process test runs on.</summary>
public enum StoreKind
{
    Sqlite,
    PostgreSql,
}

/// <summary>A server on one of the stores.</summary>
internal static class Store
{
    private static readonly TimeSpan VerifyLimit = TimeSpan.FromMinutes(2);

    /// <summary>Options for a server on a fresh store of the kind.</summary>
    public static async Task<SiloOptions> Fresh(StoreKind kind) =>
        new() { PostgreSql = kind == StoreKind.PostgreSql ? await (await PostgresServer.Shared).CreateDatabase() : null };

    /// <summary>Stops the server in order and verifies every chain and bill with the offline tool.</summary>
    public static async Task StopAndVerify(SiloProcess silo, SiloOptions options)
    {
        await silo.Terminate();
        await Verify(silo, options);
    }

    /// <summary>Verifies every chain and bill of a stopped server with the offline tool.</summary>
    public static async Task Verify(SiloProcess silo, SiloOptions options)
    {
        string[] where = options.PostgreSql is { } connection ? ["--postgres", connection] : ["--data", silo.DataFolder];
        var result = await BuiltProgram.Run("Ledger", ["verify", .. where], VerifyLimit);
        Assert.True(result.ExitCode == 0, $"The offline verification ended with {result.ExitCode}:\n{result.Output}");
    }
}
