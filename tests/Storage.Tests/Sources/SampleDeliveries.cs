using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;

namespace Marketplace.Storage.Tests.Sources;

internal static class SampleDeliveries
{
    public static InstallationId Installation(string text) => InstallationId.Parse(text, null);

    /// <summary>The installation's next row, about the events <paramref name="first"/> to <paramref name="last"/>.</summary>
    public static DeliveryRow Row(string installation, DeliveryRow? previous, long first, long? last = null, string reason = "") =>
        DeliveryRow.Following(
            Installation(installation),
            previous?.No ?? 0,
            previous?.Hash ?? DeliveryRow.NoHash,
            Facts.Instant.AddTicks(12_345),
            [
                new DeliveryEntry(first, last ?? first, DeliveryOutcome.Acknowledged, DeliveryChannel.Push, Facts.Instant)
                {
                    Attempt = 1,
                    Reason = reason,
                },
            ]
        );

    /// <summary>A row with a state that names it.</summary>
    public static DeliveryCommit Commit(DeliveryRow row, DateTimeOffset? dueAt = null) => new(row, dueAt, StateOf(row));

    public static byte[] StateOf(DeliveryRow row) => [.. row.Hash.Span, (byte)(row.No % 256)];

    public static bool AreSame(DeliveryRow left, DeliveryRow right) =>
        left with { Body = default, Hash = default } == right with { Body = default, Hash = default }
        && left.Body.Span.SequenceEqual(right.Body.Span)
        && left.Hash.Span.SequenceEqual(right.Hash.Span);

    public static bool AreChained(IReadOnlyList<DeliveryRow> rows) =>
        rows.Index()
            .All(row =>
                row.Item.No == row.Index + 1
                && row.Item.Hash.Span.SequenceEqual(
                    row.Item.HashAfter(row.Index == 0 ? DeliveryRow.NoHash.Span : rows[row.Index - 1].Hash.Span)
                )
            );
}
