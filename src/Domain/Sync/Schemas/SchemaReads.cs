using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Installations;
using Marketplace.Sync.Payloads;

namespace Marketplace.Sync.Schemas;

/// <summary>Which operations read which objects, and who called them lately: whom a new version concerns (R64). Pure.</summary>
public static class SchemaReads
{
    /// <summary>Days that are looked back, besides the current one.</summary>
    public const int Days = 30;

    private const string AnyEvent = "events.*";

    /// <summary>The operations that read one of the objects; one that ends in <c>*</c> stands for all that begin so.</summary>
    /// <param name="objects">Names as in <see cref="PayloadSchema.Objects"/>.</param>
    public static ImmutableArray<string> OperationsOf(IEnumerable<string> objects) => [.. objects.SelectMany(OperationsOf).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>True if the operation is one of these.</summary>
    public static bool IsOneOf(string operation, ImmutableArray<string> operations) => operations.Any(reading =>
        reading.EndsWith('*') ? operation.StartsWith(reading[..^1], StringComparison.Ordinal) : operation == reading);

    /// <summary>What an installation read of them in the last days; null if it read nothing.</summary>
    public static SchemaReader? Of(UsageStatistics usage, ImmutableArray<string> operations)
    {
        ArgumentNullException.ThrowIfNull(usage);
        var from = usage.To.AddDays(-Days);
        var read = usage.Operations.Where(used => IsOneOf(used.Operation, operations) && used.Calls(from, usage.To) > 0).ToArray();
        return read.Length == 0
            ? null
            : new SchemaReader(usage.Installation, read.Sum(used => used.Calls(from, usage.To)), read.Max(used => used.LastUsedAt), [.. read.Select(used => used.Operation)]);
    }

    private static IEnumerable<string> OperationsOf(string name) => name switch
    {
        PayloadSchemas.Order => ["orders.get", "orders.list"],
        PayloadSchemas.Product => ["products.list"],
        PayloadSchemas.Tracking => ["tracking.get"],
        _ => name.StartsWith(SchemaChange.EventPrefix, StringComparison.Ordinal) ? [AnyEvent] : [],
    };
}

/// <summary>An installation that reads changed objects.</summary>
/// <param name="Installation">Which one.</param>
/// <param name="Calls">Its settled calls of the last days.</param>
/// <param name="LastReadAt">When the last of them was reserved.</param>
/// <param name="Operations">The operations that it called.</param>
public sealed record SchemaReader(InstallationId Installation, long Calls, DateTimeOffset LastReadAt, ImmutableArray<string> Operations);
