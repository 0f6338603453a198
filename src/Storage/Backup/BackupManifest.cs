using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Storage.Backup;

/// <summary>Lists a backup's content, so that a restore accepts nothing else.</summary>
/// <param name="MadeAt">The common instant of all files.</param>
/// <param name="SchemaVersion">Schema version of the store.</param>
/// <param name="Files">All files, with their sizes.</param>
public sealed record BackupManifest(DateTimeOffset MadeAt, int SchemaVersion, IReadOnlyList<BackupFile> Files)
{
    public const string FileName = "backup.json";

    /// <summary>The kind of store: <c>sqlite</c> or <c>postgresql</c>.</summary>
    public string Store { get; init; } = "sqlite";

    public static async Task<BackupManifest> Read(string folder, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(Path.Combine(folder, FileName));
        return await JsonSerializer.DeserializeAsync(stream, BackupJson.Default.BackupManifest, cancellationToken)
            ?? throw new JsonException("The file is empty.");
    }

    public async Task Write(string folder, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(Path.Combine(folder, FileName), FileMode.CreateNew);
        await JsonSerializer.SerializeAsync(stream, this, BackupJson.Default.BackupManifest, cancellationToken);
        stream.Flush(flushToDisk: true);
    }
}

/// <param name="Name">Name in the folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Hexadecimal.</param>
public sealed record BackupFile(string Name, long Bytes, string Sha256);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
