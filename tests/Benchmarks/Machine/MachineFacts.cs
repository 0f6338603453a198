using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Marketplace.Benchmarks.Machine;

/// <summary>What kind of machine and which versions a report was made with; no names or paths of the machine.</summary>
internal static class MachineFacts
{
    public static async Task<List<(string Name, string Value)>> Read(string folder, CancellationToken cancellationToken) =>
        [
            ("processor", $"{Field("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} cores"),
            ("memory", $"{long.Parse(Field("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture) / 1024 / 1024} GiB"),
            ("system", $"{RuntimeInformation.OSDescription}, Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}"),
            (".NET", RuntimeInformation.FrameworkDescription),
            ("syncs of one 4 kB block", string.Create(CultureInfo.InvariantCulture, $"{SyncsPerSecond(folder):N0} a second")),
            ("nginx", await Version("nginx", cancellationToken)),
            ("nginx Lua module", await Version("libnginx-mod-http-lua", cancellationToken)),
            ("Redis", await Version("redis-server", cancellationToken)),
            ("PostgreSQL", await Version("postgresql-15", cancellationToken)),
            ("wrk", await Version("wrk", cancellationToken)),
            ("Orleans", FileVersionInfo.GetVersionInfo(typeof(Grain).Assembly.Location).ProductVersion!.Split('+')[0]),
            ("Npgsql", typeof(Npgsql.NpgsqlConnection).Assembly.GetName().Version!.ToString(3)),
        ];

    private static string Field(string file, string name) =>
        File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(':', 2)[1].Trim();

    private static async Task<string> Version(string package, CancellationToken cancellationToken)
    {
        try
        {
            return await ChildProcess.Run(["dpkg-query", "-W", "-f", "${Version}", package], cancellationToken);
        }
        catch (InvalidOperationException)
        {
            return "not installed";
        }
    }

    private static double SyncsPerSecond(string folder)
    {
        var file = Path.Combine(folder, "sync-probe");
        using var handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        var block = new byte[4096];
        var started = Stopwatch.GetTimestamp();
        var count = 0;
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1))
        {
            RandomAccess.Write(handle, block, 0);
            RandomAccess.FlushToDisk(handle);
            count++;
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
