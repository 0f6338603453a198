using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>What stops a start is one line that names the setting and what is allowed; no stack trace and no abort.</summary>
public sealed partial class StartTests
{
    private const int Failed = 1;
    private const int WrongSetting = 2;

    [Theory]
    [InlineData("Marketplace:Storage:Provder", "PostgreSql", "Marketplace:Storage:Provider")]
    [InlineData("Marketplace:Storge:Provider", "PostgreSql", "Marketplace:Storage")]
    [InlineData("Marketplce:Storage:Provider", "PostgreSql", "Marketplace")]
    [InlineData("Marketplace:Identity:Isuer", "https://a.example", "Marketplace:Identity:Issuer")]
    [InlineData("Marketplace:Deliveries:BreakerFailurs", "3", "Marketplace:Deliveries:BreakerFailures")]
    [InlineData("Marketplace:SellerIdentity:Issuers:0:Isuer", "https://a.example", "Issuer")]
    [InlineData("Marketplace:Nonsense", "1", "DataFolder")]
    [InlineData("Marketplace:Storage:Provider", "Oracle", "Sqlite or PostgreSql")]
    [InlineData("Marketplace:Storage:Provider", "7", "Sqlite or PostgreSql")]
    [InlineData("Marketplace:Silo:Port", "99999", "from 0 to 65535")]
    [InlineData("Marketplace:Silo:Address", "not-an-address", "IP address")]
    [InlineData("Marketplace:Storage:CommandTimeout", "fast", "a duration")]
    [InlineData("Marketplace:Demo", "yes", "true or false")]
    [InlineData("url", "http://127.0.0.1:5080", "--urls")]
    public async Task A_wrong_setting_stops_the_start_with_its_name_and_what_is_allowed(string name, string value, string allowed)
    {
        await using var silo = new SiloProcess(new SiloOptions { Settings = new Dictionary<string, string> { [name] = value } });

        var code = await silo.StartAndWaitForEnd();

        AssertOneLine(silo, code, WrongSetting);
        Assert.Contains(name, silo.Output, StringComparison.Ordinal);
        Assert.Contains(allowed, silo.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Marketplace__Storage__Provder", "Marketplace:Storage:Provider")]
    [InlineData("MARKETPLACE_STORAGE_PROVIDER", "Marketplace__Storage__Provider")]
    [InlineData("Markeplace__Storage__Provider", "Marketplace:Storage:Provider")]
    public async Task A_misspelt_environment_variable_is_found_like_an_argument(string name, string meant)
    {
        await using var silo = new SiloProcess(new SiloOptions { Variables = new Dictionary<string, string> { [name] = "PostgreSql" } });

        var code = await silo.StartAndWaitForEnd();

        AssertOneLine(silo, code, WrongSetting);
        Assert.Contains($"environment variable {name}", silo.Output, StringComparison.Ordinal);
        Assert.Contains($"did you mean {meant}?", silo.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Hst=db.example;Database=marketplace")]
    [InlineData("Database=marketplace")]
    [InlineData("Host=db.example;Port=many")]
    [InlineData("what is this")]
    public async Task A_wrong_connection_string_is_named_and_not_quoted(string connection)
    {
        await using var silo = new SiloProcess(new SiloOptions { PostgreSql = connection + ";Password=a-secret-of-ours" });

        var code = await silo.StartAndWaitForEnd();

        AssertOneLine(silo, code, WrongSetting);
        Assert.Contains("Marketplace:Storage:ConnectionString", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret-of-ours", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_the_setting_that_chooses_another()
    {
        await using var silo = new SiloProcess(new SiloOptions());
        using var other = new TcpListener(IPAddress.Loopback, silo.BaseAddress.Port);
        other.Start();

        var code = await silo.StartAndWaitForEnd();

        AssertOneLine(silo, code, Failed);
        Assert.Contains("in use", silo.Output, StringComparison.Ordinal);
        Assert.Contains("--urls", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_port_in_use_is_named_with_its_own_setting()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var silo = new SiloProcess(
            new SiloOptions { Settings = new Dictionary<string, string> { ["Marketplace:Silo:Port"] = $"{port}" } }
        );

        var code = await silo.StartAndWaitForEnd();

        AssertOneLine(silo, code, Failed);
        Assert.Contains("Marketplace:Silo:Port", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_named()
    {
        var file = Path.GetTempFileName();
        try
        {
            await using var silo = new SiloProcess(new SiloOptions { DataFolder = Path.Combine(file, "data") });

            var code = await silo.StartAndWaitForEnd();

            AssertOneLine(silo, code, Failed);
            Assert.Contains("Marketplace:DataFolder", silo.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("usage.db")]
    [InlineData("identity.db")]
    public async Task A_damaged_file_is_named(string name)
    {
        await using var silo = new SiloProcess(new SiloOptions());
        await File.WriteAllTextAsync(Path.Combine(silo.DataFolder, name), new string('x', 8_192), TestContext.Current.CancellationToken);

        var code = await silo.StartAndWaitForEnd();

        AssertOneLine(silo, code, Failed);
        Assert.Contains(name, silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_use_is_named()
    {
        await using var first = new SiloProcess(new SiloOptions());
        await first.Start();
        await using var second = new SiloProcess(new SiloOptions { DataFolder = first.DataFolder });

        var code = await second.StartAndWaitForEnd();

        AssertOneLine(second, code, Failed);
        Assert.Contains(first.DataFolder, second.Output, StringComparison.Ordinal);
        Assert.Contains("Marketplace:DataFolder", second.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "Usage:")]
    [InlineData("--version", "1.")]
    public async Task Questions_about_the_program_are_answered_without_a_start(string argument, string answer)
    {
        var result = await BuiltProgram.Run("Silo", [argument], TimeSpan.FromMinutes(1));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(answer, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("--Marketplace:Demo")]
    public async Task An_argument_that_nobody_reads_is_refused(string argument)
    {
        var result = await BuiltProgram.Run("Silo", [argument], TimeSpan.FromMinutes(1));

        Assert.Equal(WrongSetting, result.ExitCode);
        Assert.Contains(argument, result.Output, StringComparison.Ordinal);
    }

    private static void AssertOneLine(SiloProcess silo, int code, int expected)
    {
        Assert.True(code == expected, $"The exit code is {code}:\n{silo.Output}");
        Assert.Single(silo.Output.Split('\n'), line => line.StartsWith("The start failed: ", StringComparison.Ordinal));
        Assert.DoesNotMatch(StackTrace, silo.Output);
        Assert.DoesNotContain(" error ", silo.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(^|[\s|])at \S+\(")]
    private static partial Regex StackTrace { get; }
}
