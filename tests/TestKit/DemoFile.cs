using System.Text.Json;

namespace Marketplace.TestKit;

/// <summary>What demo mode writes beside its data: addresses, clients with secrets, sellers, plugins, installations.</summary>
public sealed record DemoFile(
    Uri BaseAddress,
    Uri TokenEndpoint,
    IReadOnlyList<DemoClient> Clients,
    IReadOnlyList<string> Sellers,
    IReadOnlyList<DemoPlugin> Plugins,
    IReadOnlyList<string> Installations
)
{
    /// <summary>The file's name in the data folder.</summary>
    public const string Name = "demo.json";

    /// <exception cref="JsonException">The file is not a demo file.</exception>
    public static DemoFile Read(string path) =>
        JsonSerializer.Deserialize<DemoFile>(File.ReadAllBytes(path), TestJson.Options) ?? throw new JsonException($"{path} is empty.");

    public DemoClient Client(string id) => Clients.First(client => client.Id == id);

    /// <summary>The client of a plugin: <c>plugin-&lt;plugin id&gt;</c>.</summary>
    public DemoClient ClientOf(string plugin) => Clients.First(client => client.Plugin == plugin || client.Id == $"plugin-{plugin}");

    /// <summary>A plugin certified for all of the scopes.</summary>
    public DemoPlugin PluginWith(params string[] scopes) => Plugins.First(plugin => scopes.All(plugin.Scopes.Contains));
}

/// <summary>An OAuth client.</summary>
/// <param name="Id">For example <c>demo-platform</c>.</param>
/// <param name="Secret">Its password.</param>
/// <param name="Role"><c>platform</c>, <c>seller-center</c>, <c>operator</c> or <c>plugin</c>.</param>
/// <param name="Plugin">The plugin it belongs to, or null.</param>
/// <param name="RedirectUri">Where a plugin has the seller's browser sent back to; null for other roles.</param>
public sealed record DemoClient(string Id, string Secret, string Role, string? Plugin, Uri? RedirectUri = null);

/// <summary>A plugin of the demo catalogue with the scopes it is certified for.</summary>
public sealed record DemoPlugin(string Id, string Name, string Category, IReadOnlyList<string> Scopes);
