using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Marketplace.Storage.Sources;
using Marketplace.Storage.Stores;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Storage;

/// <summary>Kills a process that appends, again and again, and compares what it was told with what is there.</summary>
public sealed class CrashTests
{
    private const string ChildVariable = "MARKETPLACE_STORAGE_CRASH";
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

        await using var store = await TestStore.Open(options);
        for (var i = 0; i < Writers; i++)
        {
            var version = acknowledged.GetValueOrDefault($"fact seller/w-{i}");
            var seq = (int)acknowledged.GetValueOrDefault($"row w-{i}/p");
            Assert.True(version > 0 && seq > 0);
            await ChainWriter.Verify(store, $"seller/w-{i}", $"w-{i}/p", version, seq, Token);
        }
    }

    /// <summary>This program as the process to be killed: it appends and says what was acknowledged, before any test runs.</summary>
    [ModuleInitializer]
    internal static void RunAsChild()
    {
        if (Environment.GetEnvironmentVariable(ChildVariable) is { } settings)
        {
            AppendForEver(JsonSerializer.Deserialize<StorageOptions>(settings)!).GetAwaiter().GetResult();
        }
    }

    private static async Task AppendForEver(StorageOptions options)
    {
        // A parent that is gone closes the pipe.
        await using var store = await TestStore.Open(options);
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(i =>
            new ChainWriter(store, $"seller/w-{i}", $"w-{i}/p") { Report = output.WriteLine }.Run(CancellationToken.None)));
    }

    private static async Task AppendUntilKilled(StorageOptions options, Dictionary<string, long> acknowledged)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(CrashTests).Assembly.Location])
        {
            RedirectStandardOutput = true,
            Environment = { [ChildVariable] = JsonSerializer.Serialize(options) },
        };
        if (!Path.GetFileName(Environment.ProcessPath!).StartsWith("dotnet", StringComparison.Ordinal))
        {
            start.ArgumentList.Clear();
        }

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
