using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Silo.Demo;

/// <summary>One OAuth client of the demo. The secret is null if it was created earlier and demo.json is gone.</summary>
internal sealed record DemoClient(
    string Id,
    string? Secret,
    string Role,
    string? Plugin,
    Uri? RedirectUri = null,
    [property: JsonIgnore] bool New = false
);

internal sealed record DemoPlugin(string Id, string Name, string Category, IReadOnlyList<string> Scopes);

/// <summary>The contents of demo.json: everything a script needs to try the product.</summary>
internal sealed record DemoDocument(
    string BaseAddress,
    string TokenEndpoint,
    string Dashboard,
    IReadOnlyList<DemoClient> Clients,
    IReadOnlyList<string> Sellers,
    IReadOnlyList<DemoPlugin> Plugins,
    IReadOnlyList<string> Installations
);

/// <summary>Reads and writes demo.json in the data folder; readable by its owner only, because it contains secrets.</summary>
internal sealed class DemoFile(string folder)
{
    private readonly string _path = Path.Combine(folder, "demo.json");

    /// <summary>The secrets of an earlier start, by client id.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadSecrets(CancellationToken cancellationToken)
    {
        if (!File.Exists(_path))
        {
            return new Dictionary<string, string>();
        }

        await using var stream = File.OpenRead(_path);
        var document = await JsonSerializer.DeserializeAsync(stream, DemoJson.Default.DemoDocument, cancellationToken);
        return document!.Clients.Where(client => client.Secret is not null).ToDictionary(client => client.Id, client => client.Secret!);
    }

    /// <summary>Saves secrets before the rest is known.</summary>
    public Task Keep(IReadOnlyList<DemoClient> clients, CancellationToken cancellationToken) =>
        Write(Document(string.Empty, clients), cancellationToken);

    public async Task<DemoDocument> Update(string address, IReadOnlyList<DemoClient> clients, CancellationToken cancellationToken)
    {
        var document = Document(address, clients);
        await Write(document, cancellationToken);
        return document;
    }

    private static DemoDocument Document(string address, IReadOnlyList<DemoClient> clients) =>
        new(
            address,
            $"{address}/connect/token",
            $"{address}{Dashboard.Path}/",
            clients,
            DemoCatalogue.Sellers,
            [
                .. DemoCatalogue.Plugins.Select(plugin => new DemoPlugin(
                    plugin.Id.Value,
                    plugin.Name,
                    plugin.Category.ToString(),
                    plugin.Scopes
                )),
            ],
            [.. DemoCatalogue.Installations.Select(installation => installation.Id.ToString())]
        );

    private async Task Write(DemoDocument document, CancellationToken cancellationToken)
    {
        var draft = _path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var stream = new FileStream(draft, options))
        {
            await JsonSerializer.SerializeAsync(stream, document, DemoJson.Default.DemoDocument, cancellationToken);
        }

        File.Move(draft, _path, overwrite: true);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true
)]
[JsonSerializable(typeof(DemoDocument))]
internal sealed partial class DemoJson : JsonSerializerContext;
