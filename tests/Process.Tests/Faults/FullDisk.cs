using System.Diagnostics;
using Marketplace.TestKit.Processes;

namespace Marketplace.Process.Tests.Faults;

/// <summary>SQLite on a small disk in memory that is filled to the last byte. Only root may mount one.</summary>
internal sealed class FullDisk : IStoreFault
{
    private const int Megabyte = 1 << 20;
    private readonly DirectoryInfo _disk;

    private FullDisk(DirectoryInfo disk) => _disk = disk;

    public SiloOptions Options => new() { DataFolder = Path.Combine(_disk.FullName, "data") };

    private string Ballast => Path.Combine(_disk.FullName, "ballast");

    public static async Task<IStoreFault> Create()
    {
        var fault = new FullDisk(Directory.CreateTempSubdirectory("marketplace-disk-"));
        await Run("mount", "-t", "tmpfs", "-o", "size=64m", "marketplace-tests", fault._disk.FullName);
        Directory.CreateDirectory(fault.Options.DataFolder!);
        return fault;
    }

    /// <summary>Whether this process may mount disks.</summary>
    public static async Task<bool> IsPossible()
    {
        if (!Environment.IsPrivilegedProcess || !OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            await using var fault = await Create();
            return true;
        }
        catch (InvalidOperationException)
        {
            // Root of a container without the right to mount.
            return false;
        }
    }

    public Task Break()
    {
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var block = new byte[Megabyte]; block.Length > 0; )
        {
            try
            {
                ballast.Write(block);
            }
            catch (IOException)
            {
                // No room for a block of this size: the rest is filled with smaller ones.
                block = new byte[block.Length / 2];
            }
        }

        return Task.CompletedTask;
    }

    public Task Repair()
    {
        File.Delete(Ballast);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Run("umount", "--lazy", _disk.FullName);
        _disk.Delete();
    }

    private static async Task Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)
            ?? throw new InvalidOperationException($"{program} could not be started.");
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program}: {errors}");
        }
    }
}
