using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;

namespace Marketplace.Benchmarks.Machine;

/// <summary>Resident memory of a .NET process after a full collection.</summary>
internal static class ServerMemory
{
    // The keyword GCHeapCollect of the runtime's provider: enabling it makes the process collect everything at once.
    private const long CollectKeyword = 0x800000;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>Makes the process collect twice and gives its resident set in bytes.</summary>
    public static async Task<long> ResidentBytes(int processId, CancellationToken cancellationToken)
    {
        await Collect(processId, cancellationToken);
        await Collect(processId, cancellationToken);
        var line = File.ReadLines($"/proc/{processId}/status").First(field => field.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private static async Task Collect(int processId, CancellationToken cancellationToken)
    {
        var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectKeyword);
        using var session = await new DiagnosticsClient(processId).StartEventPipeSessionAsync(
            [provider],
            requestRundown: false,
            token: cancellationToken
        );
        var drained = session.EventStream.CopyToAsync(Stream.Null, cancellationToken);
        await Task.Delay(Settling, cancellationToken);
        await session.StopAsync(cancellationToken);
        await drained;
    }
}
