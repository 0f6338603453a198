namespace Marketplace.Silo;

/// <summary>Makes the data folder so that only its owner reads it: it holds signing keys and, in demo mode, secrets.</summary>
internal static class DataFolderAccess
{
    public static void Create(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
