namespace Marketplace.Replay.Http;

/// <summary>Credentials from the environment, for a server without an accessible demo.json.</summary>
internal static class Credentials
{
    private static readonly string[] DefaultScopes = ["orders.read", "orders.flag", "logistics.write", "logistics.read"];

    /// <exception cref="UsageException">A variable is not set.</exception>
    public static DemoFile FromEnvironment(Uri server, string? plugin, Func<string, string?> variable)
    {
        if (plugin is null)
        {
            throw new UsageException("--server without --demo needs --plugin ID");
        }

        var scopes = variable("REPLAY_PLUGIN_SCOPES")?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) ?? DefaultScopes;
        return new DemoFile(
            server,
            new Uri(server, "connect/token"),
            [Client("PLATFORM", "platform", null), Client("SELLER_CENTER", "seller-center", null), Client("PLUGIN", "plugin", plugin)],
            [new DemoPlugin(plugin, scopes)]
        );

        DemoClient Client(string name, string role, string? of) =>
            new(Variable($"REPLAY_{name}_ID"), Variable($"REPLAY_{name}_SECRET"), role, of);

        string Variable(string name) =>
            variable(name) is { Length: > 0 } value
                ? value
                : throw new UsageException($"--server without --demo needs the environment variable {name}");
    }
}
