namespace Marketplace.Storage.Backup;

/// <summary>
/// Marks a data folder during a restore. Without it, an interrupted restore would leave files of two stores, or only some of one, and a
/// start would use them as its store or create an empty one.
/// </summary>
/// <param name="Aside">Name of the subfolder for the earlier store; empty if there was none.</param>
/// <param name="IsPlacing">True once no file of the earlier store is in its place any more.</param>
internal sealed record RestoreMarker(string Aside, bool IsPlacing)
{
    private const string FileName = "restore-in-progress";
    private const string Placing = "placing";

    /// <exception cref="StartRefusedException">A restore into the folder was interrupted.</exception>
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

    /// <summary>The folder's marker; null if no restore was interrupted.</summary>
    public static RestoreMarker? Read(string dataFolder) =>
        File.Exists(PathIn(dataFolder)) && File.ReadAllLines(PathIn(dataFolder)) is var lines
            ? new RestoreMarker(lines.ElementAtOrDefault(0) ?? string.Empty, lines.ElementAtOrDefault(1) == Placing)
            : null;

    /// <summary>Writes it durably; the previous one is kept until this one is complete.</summary>
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
