namespace Marketplace.Replay.Plugin;

/// <summary>The actor's task for each seller.</summary>
/// <remarks>
/// <c>Source</c>: the dataset's; part of the idempotency keys, so that a second run repeats instead of adding. <c>Calls</c>: calls per
/// seller, or null for a complete walk. <c>SideBySide</c>: concurrent orders of one seller.
/// </remarks>
internal sealed record PluginTask(string Source, string Plugin, IReadOnlyList<string> Scopes, int? Calls, int SideBySide)
{
    private static readonly string[] Needed = ["orders.read", "orders.flag", "logistics.write"];

    private static readonly string[] Wanted = [.. Needed, "logistics.read"];

    public bool Flags => Scopes.Contains("orders.flag");

    public bool Tracks => Scopes.Contains("logistics.write");

    public bool Follows => Scopes.Contains("logistics.read");

    /// <summary>The plugin's scopes that the actor uses.</summary>
    public static IReadOnlyList<string> ScopesFor(IReadOnlyList<string> scopes) => [.. Wanted.Where(scopes.Contains)];

    /// <summary>True if a plugin has the required scopes; without logistics.read only tracking is skipped.</summary>
    public static bool Suits(IReadOnlyList<string> scopes) => Needed.All(scopes.Contains);
}
