using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Storage.Tests;

/// <summary>Kills a process that appends, again and again, and compares what it was told with what is there.</summary>
public sealed class CrashTests
{
    private const int Writers = 8;
    private const int Cycles = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.PostgreSql)]
    public async Task A_killed_process_leaves_every_acknowledged_append_and_whole_commands(Database database)
    {
        var options = await TestStore.New(database);
        var acknowledged = new Dictionary<string, long>();
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            await AppendUntilKilled(options, acknowledged);
        }

        await using (var store = await TestStore.Open(options))
        {
            await Verify(store, acknowledged);
        }

        if (database == Database.Sqlite)
        {
            Directory.Delete(options.DataFolder, recursive: true);
        }
    }

    private static async Task Verify(TestStore store, Dictionary<string, long> acknowledged)
    {
        for (var i = 0; i < Writers; i++)
        {
            var version = acknowledged.GetValueOrDefault($"fact seller/w-{i}");
            var seq = (int)acknowledged.GetValueOrDefault($"row w-{i}/p");
            var no = acknowledged.GetValueOrDefault($"delivery w-{i}/p");
            Assert.True(version > 0 && seq > 0 && no > 0);
            await ChainWriter.Verify(store, $"seller/w-{i}", $"w-{i}/p", (version, seq, no), Token);
        }
    }

    /// <summary>The process to be killed: appends and says what was acknowledged.</summary>
    internal static async Task<int> AppendForEver(string settings)
    {
        await using var store = await TestStore.Open(JsonSerializer.Deserialize<StorageOptions>(settings)!);
        using var lines = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        var output = TextWriter.Synchronized(lines);
        await Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(i => new ChainWriter(store, $"seller/w-{i}", $"w-{i}/p") { Report = output.WriteLine }.Run(CancellationToken.None))
        );
        return 0;
    }

    private static async Task AppendUntilKilled(StorageOptions options, Dictionary<string, long> acknowledged)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Marketplace.Storage.Tests");
        var start = new ProcessStartInfo(program, [Program.Append, JsonSerializer.Serialize(options)]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var enough = Random.Shared.Next(100, 400);
        var lines = 0;
        while (await child.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            var space = line.LastIndexOf(' ');
            if (space > 0 && long.TryParse(line[(space + 1)..], CultureInfo.InvariantCulture, out var number))
            {
                acknowledged[line[..space]] = number;
                if (++lines == enough)
                {
                    child.Send(Signals.Kill);
                }
            }
        }

        await child.WaitForExitAsync(Token);
        Assert.True(lines >= enough, $"The process ended by itself with {child.ExitCode} after {lines} lines.");
    }
}
