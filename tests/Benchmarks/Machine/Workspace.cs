namespace Marketplace.Benchmarks.Machine;

/// <summary>The temporary folder of one run; disposing deletes it.</summary>
internal sealed class Workspace : IDisposable
{
    private const UnixFileMode PassThrough =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("marketplace-bench-");

    public Workspace()
    {
        // Servers that give up root must be able to reach their own folder below this one.
        _folder.UnixFileMode = PassThrough;
    }

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public string Folder(string name) => Directory.CreateDirectory(File(name)).FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
