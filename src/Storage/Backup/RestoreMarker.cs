namespace Marketplace.Storage.Backup;

/// <summary>
/// Stands in a data folder while a restore puts files in place. Without it, a restore that was broken off would leave files of two stores,
/// or only some of one, and a start would take them for its store or make an empty one.
/// </summary>
/// <param name="Aside">The folder's part that takes the earlier store; empty if there was none.</param>
/// <param name="IsPlacing">True once nothing of the earlier store lies in its place any more.</param>
internal sealed record RestoreMarker(string Aside, bool IsPlacing)
{
    private const string FileName = "restore-in-progress";
    private const string Placing = "placing";

    /// <exception cref="StartRefusedException">A restore into the folder was broken off.</exception>
    public static void ThrowIfThere(string dataFolder)
    {
        if (File.Exists(PathIn(dataFolder)))
        {
            throw Refusal($"the data folder {dataFolder}");
        }
    }

    public static StartRefusedException Refusal(string store) =>
        new(
            $"a restore into {store} was broken off, and what is there is no whole store. Run admin restore <backup> once more; "
                + $"it goes on where that one ended.",
            StartRefusedException.StoreNotTrusted
        );

    /// <summary>What stands in the folder; null if no restore was broken off.</summary>
    public static RestoreMarker? Read(string dataFolder) =>
        File.Exists(PathIn(dataFolder)) && File.ReadAllLines(PathIn(dataFolder)) is var lines
            ? new RestoreMarker(lines.ElementAtOrDefault(0) ?? string.Empty, lines.ElementAtOrDefault(1) == Placing)
            : null;

    /// <summary>Writes it to the disk; the one before stands until this one is whole.</summary>
    public void Write(string dataFolder)
    {
        var draft = PathIn(dataFolder) + ".new";
        File.WriteAllLines(draft, [Aside, IsPlacing ? Placing : "moving"]);
        Disk.Flush(draft);
        File.Move(draft, PathIn(dataFolder), overwrite: true);
        Disk.FlushFolder(dataFolder);
    }

    public static void Remove(string dataFolder)
    {
        Disk.FlushFolder(dataFolder);
        File.Delete(PathIn(dataFolder));
        Disk.FlushFolder(dataFolder);
    }

    private static string PathIn(string dataFolder) => Path.Combine(dataFolder, FileName);
}
