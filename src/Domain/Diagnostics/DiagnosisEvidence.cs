using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Marketplace.Orders;
using Marketplace.Quotas;
using Marketplace.Risk;
using Marketplace.Schemas;

namespace Marketplace.Diagnostics;

/// <summary>Where evidence comes from; each source is asked at the same time as the others and within its own time-out.</summary>
[Flags]
public enum EvidenceSources
{
    None = 0,
    Installation = 1,
    Quota = 2,
    Feed = 4,
    Errors = 8,
    Incidents = 16,
    Plugin = 32,
    Entity = 64,
    Holds = 128,
    Delivery = 256,
}

/// <summary>
/// What is known of an installation when it is diagnosed. A member is null until its source has answered, or if it did not.
/// </summary>
/// <param name="Id">Which installation.</param>
/// <param name="Now">The instant of the diagnosis.</param>
public sealed record DiagnosisEvidence(InstallationId Id, DateTimeOffset Now)
{
    /// <summary>Sources that have answered.</summary>
    public EvidenceSources Answered { get; init; }

    /// <summary>Sources that said that a store does not answer; the others that are missing were too slow.</summary>
    public EvidenceSources StoreAway { get; init; }

    /// <summary>
    /// Stores that take nothing now, as this process sees them: <c>journal</c>, <c>feed</c>, <c>ledger</c>, <c>state</c> ….
    /// </summary>
    public ImmutableArray<string> UnhealthyStores { get; init; } = [];

    /// <summary>The installation's state.</summary>
    public Installation? Installation { get; init; }

    /// <summary>Scopes that the plugin is certified for.</summary>
    public ImmutableArray<string> CertifiedScopes { get; init; } = [];

    /// <summary>Counters, last token, last call.</summary>
    public QuotaEvidence? Quota { get; init; }

    /// <summary>The seller's feed, with the orders outside the sync window.</summary>
    public FeedHealth? Feed { get; init; }

    /// <summary>The plugin as it is registered now.</summary>
    public PluginProfile? Plugin { get; init; }

    /// <summary>The enterprise behind the seller.</summary>
    public EntityEvidence? Entity { get; init; }

    /// <summary>Score and holds.</summary>
    public RiskReport? Holds { get; init; }

    /// <summary>The events on their way to the plugin.</summary>
    public DeliveryEvidence? Delivery { get; init; }

    /// <summary>The schema versions that are served.</summary>
    public SchemaVersions Schemas { get; init; } = SchemaVersions.Standard;

    /// <summary>The last refusals and failures, newest first; from the counter's memory and the error log.</summary>
    public IReadOnlyList<ErrorEntry> Errors { get; init; } = [];

    /// <summary>How many errors the last hour had by code; the log counts them, also those it has no room for.</summary>
    public ImmutableSortedDictionary<string, long> ErrorCounts { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Open incidents; null if they cannot be read now.</summary>
    public ImmutableArray<Incident>? Incidents { get; init; }

    /// <summary>True if the source has answered.</summary>
    public bool Has(EvidenceSources source) => (Answered & source) == source;

    /// <summary>How many errors of a code there were in the last <see cref="RecentSpan"/>.</summary>
    public long CountRecent(string code) => Math.Max(Recent.LongCount(error => error.Code == code), ErrorCounts.GetValueOrDefault(code));

    /// <summary>Those of the errors of the last <see cref="RecentSpan"/> that are known one by one.</summary>
    public IEnumerable<ErrorEntry> Recent => Errors.Where(error => error.At > Now - RecentSpan);

    /// <summary>How long an error that nobody can look at again stands for a cause.</summary>
    public static TimeSpan RecentSpan { get; } = TimeSpan.FromHours(1);

    /// <summary>The newest error with this code, or null.</summary>
    public ErrorEntry? Latest(string code) => Errors.FirstOrDefault(error => error.Code == code);
}

/// <summary>What is known of the enterprise behind the seller.</summary>
/// <param name="Standing">Whether it is verified; never null.</param>
/// <param name="Review">The review the shop waits for or was decided by.</param>
/// <param name="Bound">Sub-accounts that count against the cap; 0 unless the shop is approved.</param>
/// <param name="Cap">How many may be bound; the policy's unless the shop is approved.</param>
/// <param name="OpenApplication">Id of the application for more that is not decided.</param>
/// <param name="HasDocuments">True if the shop has uploaded all that is asked for.</param>
public sealed record EntityEvidence(
    EntityStanding Standing,
    Review? Review,
    int Bound,
    int Cap,
    string? OpenApplication,
    bool HasDocuments
);

/// <summary>What the quota counter says of itself.</summary>
/// <param name="View">The counters.</param>
/// <param name="TokenId">Id of the token last used; null if none was since the counter was loaded.</param>
/// <param name="TokenExpiresAt">Its end.</param>
/// <param name="LastCallAt">When a call was last asked for; null if none was since the counter was loaded.</param>
/// <param name="LedgerAccepting">False while the platform takes no calls.</param>
/// <param name="Rate">How quickly calls come.</param>
/// <param name="LoadedAt">Since when the counter has been watching.</param>
public sealed record QuotaEvidence(
    QuotaView View,
    string? TokenId,
    DateTimeOffset? TokenExpiresAt,
    DateTimeOffset? LastCallAt,
    bool LedgerAccepting,
    CallRate Rate,
    DateTimeOffset LoadedAt
);
