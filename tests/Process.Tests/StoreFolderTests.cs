using System.Runtime.Versioning;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>Data folders that others could read, or that demo mode made.</summary>
public sealed class StoreFolderTests
{
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_and_files_that_others_could_read_become_the_owners_at_the_next_start()
    {
        await using var silo = new SiloProcess(new SiloOptions());
        await silo.Start();
        Assert.Equal(0, await silo.Terminate());
        File.SetUnixFileMode(silo.DataFolder, (UnixFileMode)0b111_101_101);
        foreach (var file in Directory.EnumerateFiles(silo.DataFolder))
        {
            File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        }

        await silo.Start();

        Assert.Equal(default, File.GetUnixFileMode(silo.DataFolder) & Others);
        Assert.All(Directory.EnumerateFiles(silo.DataFolder), file => Assert.True((File.GetUnixFileMode(file) & Others) == 0, file));
    }

    [Fact]
    public async Task A_store_that_demo_mode_made_does_not_open_in_production()
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-demo-store-");
        try
        {
            await using var demo = new SiloProcess(new SiloOptions { DataFolder = folder.FullName });
            await demo.Start();
            Assert.Equal(0, await demo.Terminate());
            await using var production = new SiloProcess(
                new SiloOptions
                {
                    DataFolder = folder.FullName,
                    Demo = false,
                    Environment = "Production",
                }
            );

            var code = await production.StartAndWaitForEnd();

            Assert.True(code == 2, $"The exit code is {code}:\n{production.Output}");
            Assert.Contains("made in demo mode", production.Output, StringComparison.Ordinal);
            AssertNoErrors(production);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AssertNoErrors(SiloProcess silo)
    {
        Assert.DoesNotContain(" error ", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }
}
