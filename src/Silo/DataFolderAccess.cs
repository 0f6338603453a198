using System.Runtime.InteropServices;

namespace Marketplace.Silo;

/// <summary>
/// Restricts the data folder and its content to its owner: it contains the key ring, signing keys and, in demo mode, secrets.
/// </summary>
internal static partial class DataFolderAccess
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;
    private const int OwnerOnlyMask = 0b000_111_111;

    private static readonly string[] OwnFiles = ["*.db", "*.db-wal", "*.db-shm", "*.lock", "demo.json*"];

    /// <summary>
    /// Creates the folder, and revokes the rights of group and others on it and on the store's files, existing ones included.
    /// </summary>
    /// <returns>Files still readable by others because they belong to another user; empty if none.</returns>
    /// <exception cref="StartRefusedException">The folder cannot be created or written.</exception>
    public static IReadOnlyList<string> Protect(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
                return [];
            }

            // Files created later, SQLite's among them, are private too, whatever the shell's umask is.
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

    /// <summary>Makes files written by this process from now on readable by their owner only.</summary>
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
            // A volume owned by another user and shared by group works, but is reported.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetMask(int mask);
}
