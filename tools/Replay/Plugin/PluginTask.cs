namespace Marketplace.Replay.Plugin;

/// <summary>What the actor does for every seller.</summary>
/// <remarks><c>Source</c>: the dataset's: part of the idempotency keys, so that a second run repeats instead of adding.
/// <c>Calls</c>: calls for each seller, or null for as many as one walk takes.
/// <c>SideBySide</c>: orders of one seller looked at together.</remarks>
internal sealed record PluginTask(string Source, string Plugin, IReadOnlyList<string> Scopes, int? Calls, int SideBySide)
{
    private static readonly string[] Needed = ["orders.read", "orders.flag", "logistics.write"];

    private static readonly string[] Wanted = [.. Needed, "logistics.read"];

    public bool Flags => Scopes.Contains("orders.flag");

    public bool Tracks => Scopes.Contains("logistics.write");

    public bool Follows => Scopes.Contains("logistics.read");

    /// <summary>Of a plugin's scopes, those the actor has a use for.</summary>
    public static IReadOnlyList<string> ScopesFor(IReadOnlyList<string> scopes) => [.. Wanted.Where(scopes.Contains)];

    /// <summary>True where a plugin may do all the actor has to do; without logistics.read it only cannot follow the waybills.</summary>
    public static bool Suits(IReadOnlyList<string> scopes) => Needed.All(scopes.Contains);
}
