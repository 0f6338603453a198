using System.Text.Json;

namespace Marketplace.Replay.Http;

internal sealed record DemoClient(string Id, string Secret, string Role, string? Plugin = null);

internal sealed record DemoPlugin(string Id, IReadOnlyList<string> Scopes);

/// <summary>The demo.json of a server in demo mode: its address, clients and plugins.</summary>
internal sealed record DemoFile(Uri BaseAddress, Uri TokenEndpoint, IReadOnlyList<DemoClient> Clients, IReadOnlyList<DemoPlugin> Plugins)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <exception cref="UsageException">The file is missing or is not a demo.json.</exception>
    public static DemoFile Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<DemoFile>(File.ReadAllBytes(path), Json);
            return file is { BaseAddress: not null, TokenEndpoint: not null, Clients: not null, Plugins: not null }
                ? file with
                {
                    BaseAddress = new Uri(file.BaseAddress.AbsoluteUri.TrimEnd('/') + "/"),
                }
                : throw new UsageException($"{path} lacks base_address, token_endpoint, clients or plugins");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UsageException($"{path} cannot be used: {error.Message}");
        }
    }

    /// <summary>The first demo.json in a server's usual locations, from the folder up to the repository's root.</summary>
    public static string? Find(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            string[] places =
            [
                Path.Combine(at.FullName, "data", "demo.json"),
                Path.Combine(at.FullName, "src", "Silo", "data", "demo.json"),
            ];
            if (places.FirstOrDefault(File.Exists) is { } found)
            {
                return found;
            }

            if (File.Exists(Path.Combine(at.FullName, "Marketplace.Orleans.sln")))
            {
                return null;
            }
        }

        return null;
    }

    public DemoClient Client(string role, string? plugin = null) =>
        Clients.FirstOrDefault(client => client.Role == role && (plugin is null || client.Plugin == plugin))
        ?? throw new UsageException($"there is no client with the role {role}{(plugin is null ? "" : $" for the plugin {plugin}")}");

    /// <summary>Redirects everything to another address, keeping the token endpoint's path.</summary>
    public DemoFile At(Uri server) =>
        this with
        {
            BaseAddress = server,
            TokenEndpoint = new Uri(server, TokenEndpoint.AbsolutePath.TrimStart('/')),
        };
}
