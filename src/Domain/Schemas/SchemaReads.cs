using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Installations;
using Marketplace.Schemas.Payloads;

namespace Marketplace.Schemas;

/// <summary>Which operations read which objects, and who called them lately: whom a new version concerns (R64). Pure.</summary>
public static class SchemaReads
{
    /// <summary>Days that are looked back, besides the current one.</summary>
    public const int Days = 30;

    /// <summary>Stands among a reader's operations for events that reached it, whichever way they went.</summary>
    public const string Acknowledged = "events.acknowledged";

    private const string AnyEvent = "events.*";

    /// <summary>The operations that read one of the objects; one that ends in <c>*</c> stands for all that begin so.</summary>
    /// <param name="objects">Names as in <see cref="PayloadSchema.Objects"/>.</param>
    public static ImmutableArray<string> OperationsOf(IEnumerable<string> objects) =>
        [.. objects.SelectMany(OperationsOf).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>True if the operation is one of these.</summary>
    public static bool IsOneOf(string operation, ImmutableArray<string> operations) =>
        operations.Any(reading =>
            reading.EndsWith('*') ? operation.StartsWith(reading[..^1], StringComparison.Ordinal) : operation == reading
        );

    /// <summary>True if events are among what is read: those that are pushed are in no usage ledger.</summary>
    public static bool AreEvents(ImmutableArray<string> operations) => operations.Contains(AnyEvent);

    /// <summary>What an installation read in the last days; null if it read nothing.</summary>
    /// <param name="usage">Its calls.</param>
    /// <param name="acknowledgedAt">When it last took an event; null if it took none, or events are not what is read.</param>
    /// <param name="operations">What counts as reading.</param>
    public static SchemaReader? Of(UsageStatistics usage, DateTimeOffset? acknowledgedAt, ImmutableArray<string> operations)
    {
        ArgumentNullException.ThrowIfNull(usage);
        var from = usage.To.AddDays(-Days);
        var read = usage.Operations.Where(used => IsOneOf(used.Operation, operations) && used.Calls(from, usage.To) > 0).ToArray();
        var taken = acknowledgedAt >= usage.AsOf.AddDays(-Days) ? acknowledgedAt : null;
        if (read.Length == 0 && taken is null)
        {
            return null;
        }

        var last = read.Select(used => used.LastUsedAt).Concat(taken is { } at ? [at] : []).Max();
        var names = read.Select(used => used.Operation).Concat(taken is null ? [] : [Acknowledged]);
        return new SchemaReader(usage.Installation, read.Sum(used => used.Calls(from, usage.To)), last, [.. names]);
    }

    private static IEnumerable<string> OperationsOf(string name) =>
        name switch
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
/// <param name="LastReadAt">When the last of them was reserved, or it last took an event.</param>
/// <param name="Operations">The operations that it called; <see cref="SchemaReads.Acknowledged"/> if events reached it.</param>
public sealed record SchemaReader(InstallationId Installation, long Calls, DateTimeOffset LastReadAt, ImmutableArray<string> Operations);
