using System.Runtime.InteropServices;
using System.Text;

namespace Marketplace.Storage.Backup;

/// <summary>Flushes files and folders to disk, so that a completed backup or restore survives a power failure.</summary>
internal static class Disk
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The disk refuses the flush.</exception>
    public static void Flush(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Flushes a folder's entries: names of new and moved files. Windows does so by itself.</summary>
    /// <exception cref="IOException">The disk refuses the flush.</exception>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var handle = Open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly);
        var isFlushed = handle >= 0 && Sync(handle) == 0;
        if (handle >= 0)
        {
            _ = Close(handle);
        }

        if (!isFlushed)
        {
            throw new IOException($"The folder {folder} cannot be flushed to disk.");
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
