using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>A production server that others could reach says what it lacks instead of starting without it.</summary>
public sealed class ProductionStartTests : IDisposable
{
    private const int WrongSetting = 2;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("production-start-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("Marketplace:Identity:Issuer")]
    [InlineData("Marketplace:KnownProxies:0", "--Marketplace:Identity:Issuer=https://market.example/")]
    [InlineData(
        "Marketplace:Identity:KeyCertificate:Path",
        "--Marketplace:Identity:Issuer=https://market.example/",
        "--Marketplace:KnownProxies:0=10.0.0.0/8"
    )]
    [InlineData("Marketplace:KnownProxies", "--Marketplace:KnownProxies:0=the-ingress")]
    public async Task What_is_missing_is_named_in_one_line(string named, params string[] settings)
    {
        var data = Path.Combine(_folder.FullName, "data");
        var result = await BuiltProgram.Run(
            "Silo",
            ["--environment=Production", "--urls=http://0.0.0.0:0", $"--Marketplace:DataFolder={data}", .. settings],
            TimeSpan.FromMinutes(2)
        );

        Assert.Equal(WrongSetting, result.ExitCode);
        var line = Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data), "Nothing is made before the settings are right.");
    }
}
