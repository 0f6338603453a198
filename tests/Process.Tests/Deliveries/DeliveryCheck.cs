using System.Globalization;
using System.Text.Json;
using Marketplace.Process.Tests.Kit;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests.Deliveries;

/// <summary>
/// The replay tool's delivery mode as a process: it sends the orders, receives as two hundred plugins that misbehave, and checks from
/// outside what came (docs/replay.md). It knows nothing of the product, so it cannot share its mistakes.
/// </summary>
internal static class DeliveryCheck
{
    /// <summary>Settings under which retries take seconds instead of days; their order and their kinds are the same.</summary>
    public static IReadOnlyDictionary<string, string> Fast { get; } =
        Pauses("0.2", "0.5", "1", "2", "3", "3", "3", "3", "3", "3")
            .Append(new("Marketplace:Deliveries:Lease", "00:00:02"))
            .Append(new("Marketplace:Deliveries:WatchPeriod", "00:00:00.25"))
            .ToDictionary();

    /// <summary>Runs it to its end.</summary>
    /// <param name="silo">The server it talks to.</param>
    /// <param name="begun">Is set when all endpoints are named and the first events are sent.</param>
    /// <param name="options">Beyond the scale's.</param>
    public static async Task<DeliveryResult> Run(SiloProcess silo, TaskCompletionSource? begun, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-deliveries-");
        try
        {
            var report = Path.Combine(folder.FullName, "report.json");
            var orders = int.TryParse(RunScale.Orders, CultureInfo.InvariantCulture, out _) ? "--generate" : "--data";
            string[] arguments =
            [
                "--deliver",
                orders,
                RunScale.Orders,
                "--installations",
                $"{RunScale.Installations}",
                "--demo",
                Path.Combine(silo.DataFolder, "demo.json"),
                "--server",
                silo.BaseAddress.ToString(),
                "--timeout",
                "2",
                "--report",
                report,
                .. options,
            ];
            var ended = await BuiltProgram.Run("Replay", arguments, RunScale.Limit, line => Hear(line, begun));
            var json = File.Exists(report)
                ? JsonElement.Parse(await File.ReadAllBytesAsync(report, TestContext.Current.CancellationToken))
                : default;
            return new DeliveryResult(ended.ExitCode, ended.Output, json);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Hear(string line, TaskCompletionSource? begun)
    {
        if (line.StartsWith("Enabling installations: 100", StringComparison.Ordinal))
        {
            begun?.TrySetResult();
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Pauses(params string[] seconds) =>
        seconds
            .Select(
                (pause, index) =>
                    KeyValuePair.Create(
                        string.Create(CultureInfo.InvariantCulture, $"Marketplace:Deliveries:RetryPauses:{index}"),
                        TimeSpan.FromSeconds(double.Parse(pause, CultureInfo.InvariantCulture)).ToString("c", CultureInfo.InvariantCulture)
                    )
            )
            .Append(KeyValuePair.Create("Marketplace:Deliveries:FirstProbe", "00:00:00.25"))
            .Append(KeyValuePair.Create("Marketplace:Deliveries:LongestProbe", "00:00:02"));
}

/// <summary>How the check ended.</summary>
/// <param name="ExitCode">0 if nothing at all is wrong.</param>
/// <param name="Output">Its table, or its last words.</param>
/// <param name="Report">Its figures; undefined if it came to none.</param>
internal sealed record DeliveryResult(int ExitCode, string Output, JsonElement Report)
{
    /// <summary>In one line what is wrong, as far as the check knows it; a log that is cut still shows it before the table.</summary>
    public string Summary => $"ended with {ExitCode}; {Problems}";

    private string Problems =>
        Report.ValueKind == JsonValueKind.Object ? string.Join("; ", Report.GetProperty("problems").EnumerateArray()) : "no report";

    public long Number(string member) => Report.GetProperty(member).GetInt64();

    public double Share(string member) => Report.GetProperty(member).GetDouble();

    public int Wrong(string kind) => Report.GetProperty("wrong").GetProperty(kind).GetInt32();

    public long Faults(string kind) => Report.GetProperty("faults").TryGetProperty(kind, out var count) ? count.GetInt64() : 0;
}
