using Marketplace.Deliveries;
using Marketplace.Diagnostics;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Quotas;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Diagnostics;

/// <summary>
/// See <see cref="IInstallationOverviews"/>. For each installation one call to its grain, and the reads of its usage and deliveries.
/// </summary>
internal sealed class InstallationOverviews(
    IGrainFactory grains,
    IQuotaGate gate,
    IDeliveryLog deliveries,
    IFeed feed,
    IJournal journal,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : IInstallationOverviews
{
    public async Task<IReadOnlyList<InstallationOverview>> Read(
        IReadOnlyList<InstallationId> installations,
        CancellationToken cancellationToken
    )
    {
        if (installations.Count == 0)
        {
            return [];
        }

        var now = time.GetUtcNow();

        // The enterprise is the seller's, so it is asked once for all.
        var entity = await EvidenceGatherer.ReadEntity(grains, installations[0], now);
        var read = await Task.WhenAll(installations.Select(id => Read(id, entity, now, cancellationToken)));
        return [.. read.OfType<InstallationOverview>()];
    }

    private async Task<InstallationOverview?> Read(
        InstallationId id,
        EntityEvidence? entity,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (await grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Get(cancellationToken) is not { } answer)
        {
            return null;
        }

        var usage = await gate.ReadUsage(id, cancellationToken);
        var delivery = await ReadDelivery(id, cancellationToken);
        var evidence = new DiagnosisEvidence(id, now)
        {
            Answered =
                EvidenceSources.Installation
                | (entity is null ? EvidenceSources.None : EvidenceSources.Entity)
                | (usage is null ? EvidenceSources.None : EvidenceSources.Quota)
                | EvidenceSources.Delivery,
            Installation = answer.State,
            CertifiedScopes = answer.CertifiedScopes,
            Entity = entity,
            Quota = usage is null ? null : QuotaOf(usage),
            Errors = usage?.Counter is { } counter ? ErrorEntry.Merge([], counter.LastErrors) : [],
            Delivery = delivery,
        };
        return new InstallationOverview(
            answer,
            OpenProblem.In(evidence),
            delivery.IsUsed ? Lag(delivery, now) : null,
            delivery.Days.FirstOrDefault(day => day.Day == calendar.DayOf(now)),
            usage?.Counter?.LastErrors is [var newest, ..] ? newest : null
        );
    }

    /// <summary>
    /// The deliveries from their row if that says that nothing is under way: nothing waits or failed, and the feed has nothing after the
    /// cursor. Otherwise from their grain, which is at work anyway.
    /// </summary>
    private async Task<DeliveryEvidence> ReadDelivery(InstallationId id, CancellationToken cancellationToken)
    {
        if (await deliveries.ReadState(id, cancellationToken) is not { } row)
        {
            return DeliveryEvidence.None;
        }

        var progress = SavedProgress.Decode(row.State);
        if (IsQuiet(progress) && !await IsBehind(id, progress, cancellationToken))
        {
            return DeliveryEvidence.None with
            {
                IsUsed = progress.LastAcknowledgedAt is not null,
                IsStopped = false,
                LastAcknowledgedAt = progress.LastAcknowledgedAt,
                Days = [.. progress.Days.Select(day => day.ToFigures())],
            };
        }

        return await grains.GetDelivery(id).GetStatus(cancellationToken) is { } status
            ? EvidenceGatherer.EvidenceOf(status, [])
            : DeliveryEvidence.None;
    }

    private async Task<bool> IsBehind(InstallationId id, SavedProgress progress, CancellationToken cancellationToken) =>
        await HasMore(id, progress.Cursor, cancellationToken) && (!IsUnused(progress) || await HasEndpoint(id, cancellationToken));

    /// <summary>True if events are pushed, to the installation's own endpoint or to the plugin's: then all are owed.</summary>
    private async Task<bool> HasEndpoint(InstallationId id, CancellationToken cancellationToken)
    {
        var own = DeliverySetup.None;
        await foreach (var fact in journal.Read(GrainKeys.Delivery(id), 0, cancellationToken))
        {
            own = own.Evolve(DeliveryFact.Decode(fact.Type, fact.Payload), fact.At);
        }

        var plugin = grains.GetGrain<IPluginWebhookGrain>(GrainKeys.PluginWebhook(id.Plugin));
        return own.With(await plugin.Get(cancellationToken)).Endpoint is not null;
    }

    private async Task<bool> HasMore(InstallationId id, long cursor, CancellationToken cancellationToken) =>
        (await feed.ReadPage(id.Seller, cursor, 1, cancellationToken)).Count > 0;

    private static bool IsQuiet(SavedProgress progress) =>
        progress is { Waiting.Count: 0, Dead.Count: 0, Replays.Count: 0, BrokenSince: null, PutOffSince: null, LastError: null };

    // Of a plugin that pulls and never confirmed anything the cursor never moves.
    private static bool IsUnused(SavedProgress progress) => progress is { LastAcknowledgedAt: null, Failures: 0 };

    private static TimeSpan Lag(DeliveryEvidence delivery, DateTimeOffset now) =>
        delivery.OldestOwedAt is { } oldest && now > oldest ? now - oldest : TimeSpan.Zero;

    private static QuotaEvidence QuotaOf(SellerUsage usage) =>
        usage.Counter is { } counter
            ? new QuotaEvidence(
                usage.View,
                counter.TokenId,
                counter.TokenExpiresAt,
                counter.LastCallAt,
                counter.LedgerAccepting,
                counter.Rate,
                counter.LoadedAt
            )
            : new QuotaEvidence(usage.View, null, null, null, true, default, usage.View.At);
}
