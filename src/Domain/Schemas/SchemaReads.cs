using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Schemas.Payloads;

namespace Marketplace.Schemas;

/// <summary>
/// Which operations read which objects, and who called them recently: the installations affected by a new version (R64). Pure.
/// </summary>
public static class SchemaReads
{
    /// <summary>Days considered, besides the current one.</summary>
    public const int Days = 30;

    /// <summary>Listed among a reader's operations for events it received on any channel.</summary>
    public const string Acknowledged = "events.acknowledged";

    private const string AnyEvent = "events.*";

    /// <summary>The operations that read one of the objects; a trailing <c>*</c> matches every operation with that prefix.</summary>
    /// <param name="objects">Names as in <see cref="PayloadSchema.Objects"/>.</param>
    public static ImmutableArray<string> OperationsOf(IEnumerable<string> objects) =>
        [.. objects.SelectMany(OperationsOf).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>True if the operation matches one of them.</summary>
    public static bool IsOneOf(OperationName operation, ImmutableArray<string> operations) =>
        operations.Any(reading =>
            reading.EndsWith('*') ? operation.Value.StartsWith(reading[..^1], StringComparison.Ordinal) : operation.Value == reading
        );

    /// <summary>True if events are among the objects; pushed events are in no usage ledger.</summary>
    public static bool AreEvents(ImmutableArray<string> operations) => operations.Contains(AnyEvent);

    /// <summary>An installation's reads of the last days; null without any.</summary>
    /// <param name="usage">Its calls.</param>
    /// <param name="acknowledgedAt">When it last acknowledged an event; null if it never did, or events are not among the objects.</param>
    /// <param name="operations">The reading operations.</param>
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
        var names = read.Select(used => used.Operation.Value).Concat(taken is null ? [] : [Acknowledged]);
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
/// <param name="Installation">The installation.</param>
/// <param name="Calls">Its settled calls of the last days.</param>
/// <param name="LastReadAt">When the last of them was reserved, or an event was last acknowledged.</param>
/// <param name="Operations">The operations it called; <see cref="SchemaReads.Acknowledged"/> for received events.</param>
public sealed record SchemaReader(InstallationId Installation, long Calls, DateTimeOffset LastReadAt, ImmutableArray<string> Operations);
