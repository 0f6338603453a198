using System.Runtime.InteropServices;

namespace Marketplace.Silo;

/// <summary>
/// Makes the data folder and what lies in it its owner's only: it holds the key ring, signing keys and, in demo mode, secrets.
/// </summary>
internal static partial class DataFolderAccess
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;
    private const int OwnerOnlyMask = 0b000_111_111;

    private static readonly string[] OwnFiles = ["*.db", "*.db-wal", "*.db-shm", "*.lock", "demo.json*"];

    /// <summary>
    /// Makes the folder, and takes the rights of group and others from it and from the store's files, also where they were there before.
    /// </summary>
    /// <returns>What others can still read because it belongs to somebody else; empty if nothing.</returns>
    /// <exception cref="StartRefusedException">The folder cannot be made or written.</exception>
    public static IReadOnlyList<string> Protect(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
                return [];
            }

            // Files that are made later, among them SQLite's, are the owner's only, whatever the shell's mask is.
            _ = SetMask(OwnerOnlyMask);
            Directory.CreateDirectory(folder, OwnersFolder);
            TryWrite(folder);
            return
            [
                .. OwnFiles
                    .SelectMany(pattern => Directory.EnumerateFiles(folder, pattern))
                    .Append(folder)
                    .Where(path => !IsOwnersOnly(path)),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"Marketplace:DataFolder is '{folder}', which cannot be made or written ({e.Message}); allowed is a folder that "
                    + $"the program's user may write.",
                StartRefusedException.Failed,
                e
            );
        }
    }

    /// <summary>Makes what this process writes from now on readable by its owner only.</summary>
    public static void SetMaskToOwnerOnly()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetMask(OwnerOnlyMask);
        }
    }

    private static void TryWrite(string folder)
    {
        var probe = Path.Combine(folder, $".write-{Environment.ProcessId}");
        File.WriteAllBytes(probe, []);
        File.Delete(probe);
    }

    private static bool IsOwnersOnly(string path)
    {
        if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Others) == 0)
        {
            return true;
        }

        try
        {
            File.SetUnixFileMode(path, Directory.Exists(path) ? OwnersFolder : OwnersFile);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A volume that belongs to somebody else and is shared by group: it works, but not unnoticed.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetMask(int mask);
}
