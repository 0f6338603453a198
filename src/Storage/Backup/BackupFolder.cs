using System.Security.Cryptography;

namespace Marketplace.Storage.Backup;

/// <summary>A backup's folder, for either store: written under a temporary name until complete, and read only if complete.</summary>
internal static class BackupFolder
{
    /// <summary>Creates the draft of a backup.</summary>
    /// <returns>The draft's folder; <see cref="Finish"/> renames it.</returns>
    /// <exception cref="StartRefusedException">The target is unusable.</exception>
    public static string Draft(string target)
    {
        RequireEmpty(target);
        var draft = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)) + ".partial";
        RequireEmpty(draft);
        Create(draft);
        return draft;
    }

    /// <summary>Writes the manifest of the draft, flushes it to disk and turns it into the backup.</summary>
    public static async Task<BackupManifest> Finish(
        string draft,
        string target,
        string store,
        DateTimeOffset madeAt,
        int schemaVersion,
        CancellationToken cancellationToken
    )
    {
        var files = new List<BackupFile>();
        foreach (var path in Directory.EnumerateFiles(draft).Order(StringComparer.Ordinal))
        {
            Disk.Flush(path);
            files.Add(await Describe(path, cancellationToken));
        }

        var manifest = new BackupManifest(madeAt, schemaVersion, files) { Store = store };
        await manifest.Write(draft, cancellationToken);
        Disk.FlushFolder(draft);
        if (Directory.Exists(target))
        {
            Directory.Delete(target);
        }

        Directory.Move(draft, target);
        Disk.FlushFolder(Path.GetDirectoryName(draft)!);
        return manifest;
    }

    /// <summary>Reads a backup's manifest and verifies the files against it.</summary>
    /// <exception cref="StartRefusedException">It is not a backup of this kind of store, or incomplete.</exception>
    public static async Task<BackupManifest> Open(string source, string store, CancellationToken cancellationToken)
    {
        var manifest = await Read(source, cancellationToken);
        if (manifest.Store != store)
        {
            throw new StartRefusedException(
                $"{source} is a backup of a store of the kind '{manifest.Store}', and {StorageOptions.Section}:Provider names another."
            );
        }

        Schema.Check(manifest.SchemaVersion, "The backup");
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(source, Path.GetFileName(file.Name));
            if (Path.GetFileName(file.Name) != file.Name || !File.Exists(path) || await Describe(path, cancellationToken) != file)
            {
                throw new StartRefusedException(
                    $"the backup {source} is not whole: {file.Name} is missing or was changed.",
                    StartRefusedException.StoreNotTrusted
                );
            }
        }

        return manifest;
    }

    /// <summary>Creates a folder readable by its owner only.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static async Task<BackupManifest> Read(string source, CancellationToken cancellationToken)
    {
        try
        {
            return await BackupManifest.Read(source, cancellationToken);
        }
        catch (Exception e) when (e is IOException or System.Text.Json.JsonException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"{source} is no backup: its {BackupManifest.FileName} cannot be read ({e.Message}).",
                StartRefusedException.Failed,
                e
            );
        }
    }

    private static void RequireEmpty(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new StartRefusedException($"{folder} is not empty; a backup goes into a folder of its own.");
        }
    }

    private static async Task<BackupFile> Describe(string path, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        var hash = await SHA256.HashDataAsync(stream, cancellationToken);
        return new BackupFile(Path.GetFileName(path), stream.Length, Convert.ToHexStringLower(hash));
    }
}
