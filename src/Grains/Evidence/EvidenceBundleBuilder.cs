using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Evidence;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Grains.Evidence;

/// <summary>Makes a bundle from the data gathered for one order.</summary>
/// <param name="Id">The installation.</param>
/// <param name="Reader">One of <see cref="EvidenceReaders"/>.</param>
/// <param name="OrderId">The order.</param>
/// <param name="Plugin">The plugin according to the catalogue.</param>
/// <param name="Facts">All facts of the installation, in order.</param>
/// <param name="Events">The order's events, in order.</param>
internal sealed record EvidenceBundleBuilder(
    InstallationId Id,
    string Reader,
    string OrderId,
    PluginProfile Plugin,
    IReadOnlyList<JournalFact> Facts,
    ImmutableArray<PluginEvent> Events
)
{
    /// <summary>How long before a stop to search for the failure that caused it.</summary>
    private static readonly TimeSpan BeforeStop = TimeSpan.FromMinutes(10);

    /// <summary>True if an event waited or was late: the cause may be in rows of other events.</summary>
    public static bool AsksForMore(EvidenceBundle bundle) =>
        bundle.Journeys.Any(journey => journey.State is EvidenceState.Waiting or EvidenceState.Late);

    /// <summary>The oldest instant covered by the evidence.</summary>
    /// <param name="madeAt">Used without events.</param>
    public DateTimeOffset From(DateTimeOffset madeAt) => Events.IsEmpty ? madeAt : Events.Min(@event => @event.AcceptedAt);

    /// <param name="trace">The delivery log's rows about the events.</param>
    /// <param name="context">
    /// Further rows: those written since the events arrived, and those that explain why the endpoint is only probed.
    /// </param>
    /// <param name="outages">Outages of the platform.</param>
    /// <param name="madeAt">Now; milliseconds.</param>
    public EvidenceBundle Of(
        DeliveryTrace trace,
        ImmutableArray<DeliveryRowView> context,
        ImmutableArray<EvidenceOutage> outages,
        DateTimeOffset madeAt
    )
    {
        var stopped = trace.Status?.Setup.Parking?.Since ?? trace.Status?.BrokenSince;
        var from = stopped is { } since && since - BeforeStop < From(madeAt) ? since - BeforeStop : From(madeAt);
        var rows = trace.Rows.Concat(context.Where(row => row.At >= from)).DistinctBy(row => row.No).OrderBy(row => row.No);
        var facts = new EvidenceFacts(
            EvidenceFacts.CurrentFormat,
            OrderId,
            Id.ToString(),
            madeAt,
            Reader,
            Milliseconds(Events.Select(@event => @event.OrderCreatedAt).FirstOrDefault(at => at is not null)),
            EvidencePlugin.Of(Plugin),
            EvidenceAgreement.Of(Fold()?.Consent),
            trace.Status is { } status ? Of(status) : null,
            EvidenceSettings.Of(Facts),
            [.. Events.Select(EvidenceEvent.Of)],
            [.. rows.Select(Of)]
        )
        {
            Outages = outages.IsEmpty ? null : outages,
        };
        return EvidenceBundle.Of(Reader == EvidenceReaders.Plugin ? facts.ForPlugin() : facts);
    }

    private Installation? Fold() =>
        Facts.Aggregate((Installation?)null, (state, fact) =>
            Installation.Evolve(state, InstallationEvent.Decode(fact.Type, fact.Payload), fact.At, fact.Actor)
        );

    private static EvidenceRoute Of(DeliveryStatus status) =>
        new(
            status.Setup.Endpoint is null ? EvidenceRoute.Pull : EvidenceRoute.Push,
            status.Setup.Endpoint?.Ordering is DeliveryOrdering.PerSeller ? EvidenceRoute.PerSeller : EvidenceRoute.PerOrder,
            status.Stop?.Code,
            status.SinceSeq,
            status.Cursor,
            status.Head,
            Milliseconds(status.BrokenSince),
            Milliseconds(status.NextAttemptAt),
            status.LastError,
            Milliseconds(status.Setup.Parking?.Since),
            status.Setup.Parking?.Reason
        );

    private static EvidenceRow Of(DeliveryRowView row) =>
        new(
            row.No,
            EventLimits.ToMilliseconds(row.At),
            row.FirstSeq,
            row.LastSeq,
            row.Body.ToArray(),
            Convert.ToHexStringLower(row.PreviousHash.Span),
            Convert.ToHexStringLower(row.Hash.Span)
        );

    private static DateTimeOffset? Milliseconds(DateTimeOffset? at) => at is { } instant ? EventLimits.ToMilliseconds(instant) : null;
}
