using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Marketplace.Orders;
using Marketplace.Quotas;
using Marketplace.Risk;
using Marketplace.Schemas;

namespace Marketplace.Diagnostics;

/// <summary>Sources of evidence; all are queried concurrently, each with its own time-out.</summary>
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

/// <summary>The evidence on an installation. A member is null until its source has answered, or if it did not.</summary>
/// <param name="Id">The installation.</param>
/// <param name="Now">The instant of the diagnosis.</param>
public sealed record DiagnosisEvidence(InstallationId Id, DateTimeOffset Now)
{
    /// <summary>Sources that have answered.</summary>
    public EvidenceSources Answered { get; init; }

    /// <summary>Sources that reported a store outage; other missing sources were too slow.</summary>
    public EvidenceSources StoreAway { get; init; }

    /// <summary>
    /// Stores that accept no writes now, as seen by this process: <c>journal</c>, <c>feed</c>, <c>ledger</c>, <c>state</c> ….
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

    /// <summary>The plugin as registered now.</summary>
    public PluginProfile? Plugin { get; init; }

    /// <summary>The enterprise of the seller.</summary>
    public EntityEvidence? Entity { get; init; }

    /// <summary>Score and holds.</summary>
    public RiskReport? Holds { get; init; }

    /// <summary>Deliveries to the plugin.</summary>
    public DeliveryEvidence? Delivery { get; init; }

    /// <summary>The schema versions that are served.</summary>
    public SchemaVersions Schemas { get; init; } = SchemaVersions.Standard;

    /// <summary>The last refusals and failures, newest first; from the counter's memory and the error log.</summary>
    public IReadOnlyList<ErrorEntry> Errors { get; init; } = [];

    /// <summary>Number of errors in the last hour, by code, including those that no longer fit into the log.</summary>
    public ImmutableSortedDictionary<string, long> ErrorCounts { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Open incidents; null if unreadable now.</summary>
    public ImmutableArray<Incident>? Incidents { get; init; }

    /// <summary>True if the source has answered.</summary>
    public bool Has(EvidenceSources source) => (Answered & source) == source;

    /// <summary>Number of errors with a code in the last <see cref="RecentSpan"/>.</summary>
    public long CountRecent(string code) => Math.Max(Recent.LongCount(error => error.Code == code), ErrorCounts.GetValueOrDefault(code));

    /// <summary>The errors of the last <see cref="RecentSpan"/> that are known individually.</summary>
    public IEnumerable<ErrorEntry> Recent => Errors.Where(error => error.At > Now - RecentSpan);

    /// <summary>How long an error counts as current if its cause cannot be evaluated again.</summary>
    public static TimeSpan RecentSpan { get; } = TimeSpan.FromHours(1);

    /// <summary>The newest error with this code, or null.</summary>
    public ErrorEntry? Latest(string code) => Errors.FirstOrDefault(error => error.Code == code);
}

/// <summary>Evidence about the enterprise of the seller.</summary>
/// <param name="Status">Whether the enterprise is verified; never null.</param>
/// <param name="Review">The shop's pending or last review.</param>
/// <param name="Bound">Sub-accounts counted against the cap; 0 unless the shop is approved.</param>
/// <param name="Cap">Maximum bound sub-accounts; the policy's unless the shop is approved.</param>
/// <param name="OpenApplication">Id of the undecided application for more.</param>
/// <param name="HasDocuments">True if the shop has uploaded all required documents.</param>
public sealed record EntityEvidence(EntityStatus Status, Review? Review, int Bound, int Cap, string? OpenApplication, bool HasDocuments);

/// <summary>Evidence from the quota counter.</summary>
/// <param name="View">The counters.</param>
/// <param name="TokenId">Id of the token last used; null if none was used since the counter was loaded.</param>
/// <param name="TokenExpiresAt">When that token expires.</param>
/// <param name="LastCallAt">When a call last arrived; null if none did since the counter was loaded.</param>
/// <param name="LedgerAccepting">False while the platform accepts no calls.</param>
/// <param name="Rate">The rate of calls.</param>
/// <param name="LoadedAt">When the counter was loaded.</param>
public sealed record QuotaEvidence(
    QuotaView View,
    string? TokenId,
    DateTimeOffset? TokenExpiresAt,
    DateTimeOffset? LastCallAt,
    bool LedgerAccepting,
    CallRate Rate,
    DateTimeOffset LoadedAt
);
