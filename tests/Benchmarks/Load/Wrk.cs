using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Benchmarks.Machine;

namespace Marketplace.Benchmarks.Load;

/// <summary>One request of a load: path and bearer token (empty for none).</summary>
internal readonly record struct Call(string Path, string Token)
{
    /// <summary>The HTTP method; wrk and those who leave it out send GET.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>A JSON body, or null for none.</summary>
    public string? Body { get; init; }

    /// <summary>The idempotency key, or null for none.</summary>
    public string? Key { get; init; }
}

/// <summary>What one run of the load generator saw. Latencies in milliseconds.</summary>
internal sealed record LoadResult(long Answers, long Refusals, long SocketErrors, double Seconds, double P50Ms, double P99Ms)
{
    /// <summary>Good answers a second.</summary>
    public double Rate => (Answers - Refusals) / Seconds;

    /// <summary>Answers with status 400 and above a second.</summary>
    public double RefusalRate => Refusals / Seconds;
}

/// <summary>The closed-loop load generator wrk with one request in flight per connection.</summary>
internal static partial class Wrk
{
    private const int Threads = 2;

    /// <summary>Writes the requests where wrk's script reads them.</summary>
    public static void WriteCalls(string file, IEnumerable<Call> calls) =>
        File.WriteAllLines(file, calls.Select(call => $"{call.Path}\t{call.Token}"));

    public static async Task<LoadResult> Run(
        Uri address,
        string callsFile,
        int connections,
        int seconds,
        CancellationToken cancellationToken
    )
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Load", "rotate.lua");
        var threads = Math.Min(Threads, connections);
        var output = await ChildProcess.Run(
            [
                "wrk",
                $"-t{threads}",
                $"-c{connections}",
                $"-d{seconds}s",
                "--timeout",
                "10s",
                "--latency",
                "-s",
                script,
                address.ToString(),
                "--",
                callsFile,
            ],
            cancellationToken
        );
        var result = ResultLine().Match(output);
        return result.Success ? Parse(result) : throw new InvalidOperationException($"wrk gave no result:\n{output}");
    }

    private static LoadResult Parse(Match line)
    {
        double Number(string name) => double.Parse(line.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
        return new LoadResult(
            (long)Number("calls"),
            (long)Number("status"),
            (long)Number("socket"),
            Number("us") / 1e6,
            Number("p50") / 1e3,
            Number("p99") / 1e3
        );
    }

    [GeneratedRegex(
        @"RESULT calls=(?<calls>\d+) us=(?<us>\d+) status=(?<status>\d+) socket=(?<socket>\d+) p50=(?<p50>\d+) p99=(?<p99>\d+)"
    )]
    private static partial Regex ResultLine();
}
