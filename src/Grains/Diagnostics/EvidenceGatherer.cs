using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Diagnostics;
using Marketplace.Enterprises;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Orders;
using Marketplace.Quotas;
using Marketplace.Risk;
using Marketplace.Sellers;

namespace Marketplace.Grains.Diagnostics;

/// <summary>
/// Queries all sources of evidence concurrently, each with its own time-out, and yields the evidence whenever one has answered or failed. A
/// source that does not answer leaves its checks unknown; the others continue (R57).
/// </summary>
internal sealed class EvidenceGatherer
{
    /// <summary>Time-out per source. All run concurrently, so a diagnosis ends well within its 15 s.</summary>
    public static readonly TimeSpan PerSource = TimeSpan.FromSeconds(4);

    private readonly IGrainFactory _grains;
    private readonly InstallationId _id;
    private readonly Lazy<Task<InstallationAnswer?>> _installation;
    private ImmutableArray<ErrorEntry> _logged = [];
    private IReadOnlyList<CallError> _remembered = [];

    /// <param name="grains">Locates the sources.</param>
    /// <param name="known">Evidence known before any query.</param>
    public EvidenceGatherer(IGrainFactory grains, DiagnosisEvidence known)
    {
        (_grains, _id, Evidence) = (grains, known.Id, known);
        _installation = new(() => grains.GetGrain<IInstallationGrain>(GrainKeys.Of(_id)).Get(CancellationToken.None));
    }

    public DiagnosisEvidence Evidence { get; private set; }

    /// <summary>Sources that have answered or failed.</summary>
    public EvidenceSources Settled { get; private set; }

    /// <summary>False once the installation is known not to exist.</summary>
    public bool Exists { get; private set; } = true;

    /// <summary>Yields once per source, after it has answered or failed.</summary>
    public async IAsyncEnumerable<EvidenceSources> Ask()
    {
        Task<EvidenceSources>[] asked =
        [
            Ask(EvidenceSources.Installation, () => _installation.Value, Add),
            Ask(
                EvidenceSources.Quota,
                () => _grains.GetGrain<IQuotaGrain>(GrainKeys.Quota(_id)).Inspect(CancellationToken.None).AsTask(),
                Add
            ),
            Ask(EvidenceSources.Feed, GetFeed, feed => Evidence = Evidence with { Feed = feed }),
            Ask(
                EvidenceSources.Plugin,
                () => _grains.GetGrain<IPluginGrain>(GrainKeys.Of(_id.Plugin)).Get(CancellationToken.None),
                plugin => Evidence = Evidence with { Plugin = plugin }
            ),
            Ask(
                EvidenceSources.Entity,
                () => ReadEntity(_grains, _id, Evidence.Now),
                entity => Evidence = Evidence with { Entity = entity }
            ),
            Ask(EvidenceSources.Holds, GetHolds, holds => Evidence = Evidence with { Holds = holds }),
            Ask(EvidenceSources.Delivery, GetDelivery, delivery => Evidence = Evidence with { Delivery = delivery }),
            Ask(EvidenceSources.Errors, GetErrors, AddLogged),
            Ask(EvidenceSources.Incidents, GetIncidents, incidents => Evidence = Evidence with { Incidents = incidents }),
        ];
        await foreach (var source in Task.WhenEach(asked))
        {
            Settled |= await source;
            yield return Settled;
        }
    }

    private async Task<EvidenceSources> Ask<T>(EvidenceSources source, Func<Task<T?>> ask, Action<T> take)
    {
        try
        {
            if (await ask().WaitAsync(PerSource) is { } answer)
            {
                take(answer);
                Evidence = Evidence with { Answered = Evidence.Answered | source };
            }
            else if (source == EvidenceSources.Installation)
            {
                Exists = false;
            }
        }
        catch (StoreUnavailableException)
        {
            Evidence = Evidence with { StoreAway = Evidence.StoreAway | source };
        }
        catch (Exception)
        {
            // Whatever it is, the other sources may reveal the cause; this one stays unknown.
        }

        return source;
    }

    private void Add(InstallationAnswer answer) =>
        Evidence = Evidence with { Installation = answer.State, CertifiedScopes = answer.CertifiedScopes };

    private void Add(QuotaInspection quota)
    {
        _remembered = quota.LastErrors;
        Evidence = Evidence with
        {
            Quota = new QuotaEvidence(
                quota.View,
                quota.TokenId,
                quota.TokenExpiresAt,
                quota.LastCallAt,
                quota.LedgerAccepting,
                quota.Rate,
                quota.LoadedAt
            ),
            Errors = ErrorEntry.Merge(_logged, _remembered),
        };
    }

    private void AddLogged(LoggedErrors errors)
    {
        _logged = errors.Newest;
        Evidence = Evidence with { Errors = ErrorEntry.Merge(_logged, _remembered), ErrorCounts = errors.Counts };
    }

    /// <summary>Waits for the window, because the feed is asked for the orders outside it.</summary>
    private async Task<FeedHealth?> GetFeed()
    {
        int? hours = null;
        try
        {
            hours = (await _installation.Value)?.State.SyncWindowHours;
        }
        catch (Exception)
        {
            // The feed's own health is useful without the window.
        }

        return await _grains
            .GetFeed(_id.Seller)
            .GetHealth(hours is { } window ? Evidence.Now - TimeSpan.FromHours(window) : null, CancellationToken.None);
    }

    private async Task<LoggedErrors?> GetErrors()
    {
        var log = _grains.GetGrain<IErrorLogGrain>(GrainKeys.Errors(_id));
        var counts = log.CountSince(Evidence.Now - DiagnosisEvidence.RecentSpan, CancellationToken.None);
        return new LoggedErrors(await log.Newest(ErrorHistory.Capacity, CancellationToken.None), await OrNone(counts));
    }

    // A silo of the previous release does not count yet; then count the stored errors.
    private static async Task<ImmutableSortedDictionary<string, long>> OrNone(Task<ImmutableSortedDictionary<string, long>> counts)
    {
        await ((Task)counts).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        return counts.IsCompletedSuccessfully ? await counts : ImmutableSortedDictionary<string, long>.Empty;
    }

    /// <summary>The enterprise of an installation's seller, with what concerns the installation's plugin.</summary>
    public static async Task<EntityEvidence?> ReadEntity(IGrainFactory grains, InstallationId id, DateTimeOffset now)
    {
        var status = await grains.GetGrain<ISellerGrain>(GrainKeys.Of(id.Seller)).GetEntity(CancellationToken.None);
        var enterprise = Licence.TryParse(status.Licence, null, out var licence)
            ? await grains.GetGrain<IEnterpriseGrain>(GrainKeys.Of(licence)).Get(CancellationToken.None)
            : null;
        if (enterprise is not { State: var state, Policy: var policy })
        {
            return new EntityEvidence(status, null, 0, EnterprisePolicy.Standard.Cap, null, false);
        }

        var documents = state.Shops.GetValueOrDefault(id.Seller)?.Documents;
        var own = new EntityEvidence(
            status,
            state.ReviewOf(id.Seller),
            0,
            EnterprisePolicy.Standard.Cap,
            null,
            Document.Required.All(kind => documents?.ContainsKey(kind) == true)
        );

        // Any shop can name an enterprise; accounts and applications are shown to its accepted shops only.
        return !status.Approved
            ? own
            : own with
            {
                Bound = state.BoundFor(id.Plugin, policy),
                Cap = state.CapAt(id.Plugin, policy, now),
                OpenApplication = state
                    .Applications.FirstOrDefault(form => form.State == ApplicationState.Submitted && form.Plugin == id.Plugin)
                    ?.Id,
            };
    }

    private async Task<RiskReport?> GetHolds() => await _grains.GetGrain<IRiskGrain>(GrainKeys.Risk(_id)).Get(CancellationToken.None);

    private async Task<DeliveryEvidence?> GetDelivery()
    {
        var deliveries = _grains.GetDelivery(_id);
        return await deliveries.GetStatus(CancellationToken.None) is { } status
            ? EvidenceOf(status, status.DeadLetters == 0 ? [] : await deliveries.ListDeadLetters(CancellationToken.None))
            : DeliveryEvidence.None;
    }

    /// <summary>What a status says of the deliveries.</summary>
    public static DeliveryEvidence EvidenceOf(DeliveryStatus status, ImmutableArray<DeadEvent> dead) =>
        new(status.Setup, status.IsUsed, status.Stop is not null, status.Backlog, status.Waiting, status.DeadLetters)
        {
            BrokenSince = status.BrokenSince,
            NextAttemptAt = status.NextAttemptAt,
            LastAcknowledgedAt = status.LastAcknowledgedAt,
            OldestOwedAt = status.OldestOwedAt,
            Dead = dead,
            LastError = status.LastError,
            Days = status.Days,
        };

    private Task<ImmutableArray<Incident>> GetIncidents() =>
        _grains.GetGrain<IIncidentsGrain>(IIncidentsGrain.GrainKey).GetOpen(CancellationToken.None);

    private sealed record LoggedErrors(ImmutableArray<ErrorEntry> Newest, ImmutableSortedDictionary<string, long> Counts);
}
