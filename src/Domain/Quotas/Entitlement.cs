using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;

namespace Marketplace.Quotas;

/// <summary>
/// What an installation may do now, as its own grain decided it and pushed it to the quota grain. The token is no part of it: a call is
/// judged by this alone, so a revoked scope or a pause stops the very next call.
/// </summary>
/// <param name="Version">The installation's version; an older entitlement never replaces a newer one.</param>
/// <param name="Stop">Why no call passes at all (paused, delisted …), or null while the installation runs.</param>
/// <param name="Scopes">The granted scopes.</param>
/// <param name="Region">The region in which the installation's data may be handled (R20, R21).</param>
/// <param name="Prices">The price book; a change takes effect with the next day.</param>
/// <param name="Burst">The short-term limit.</param>
/// <param name="SpendCap">What the installation may cost in a calendar month, in CNY; null for no cap.</param>
/// <param name="SyncWindow">How far back orders are visible to the plugin; null for all (R59).</param>
/// <param name="RevokedTokens">Tokens that were revoked before they expire.</param>
[GenerateSerializer, Immutable, Alias("mp.quotas.entitlement")]
public sealed record Entitlement(
    [property: Id(0)] long Version,
    [property: Id(1)] Refusal? Stop,
    [property: Id(2)] ImmutableHashSet<string> Scopes,
    [property: Id(3)] string Region,
    [property: Id(4)] PriceBook Prices,
    [property: Id(5)] BurstLimit Burst,
    [property: Id(6)] decimal? SpendCap,
    [property: Id(7)] TimeSpan? SyncWindow,
    [property: Id(8)] ImmutableDictionary<string, DateTimeOffset> RevokedTokens
)
{
    /// <summary>From when on no call passes because the authorisation has ended; the meter obeys it by its own clock.</summary>
    [Id(9)]
    public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Ends of sensitive scopes, also of those that have ended.</summary>
    [Id(10)]
    public ImmutableDictionary<string, DateTimeOffset> ScopesUntil { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Scopes of a newer plugin version that the seller has not decided on.</summary>
    [Id(11)]
    public ImmutableHashSet<string> PendingScopes { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>
    /// The certified purpose of writes: for a write scope the fields it may touch; a scope that is not in it may touch all (R70).
    /// </summary>
    [Id(12)]
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Touches { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>The schema version that the plugin was built for; null if it takes the newest (R64).</summary>
    [Id(13)]
    public string? Schema { get; init; }

    /// <summary>When the installation was enabled last.</summary>
    [Id(14)]
    public DateTimeOffset EnabledAt { get; init; }

    /// <summary>True if the token was revoked, or was issued for an enablement that has ended since.</summary>
    // Both instants are the installation's own, so no two clocks are compared. A later one is of an enablement that is still on its way
    // here.
    public bool HasEnded(TokenStamp token) =>
        token.EnabledAt?.ToUnixTimeMilliseconds() < EnabledAt.ToUnixTimeMilliseconds() || RevokedTokens.IsRevoked(token.Id);

    /// <summary>The scopes in force.</summary>
    public ImmutableHashSet<string> ScopesAt(DateTimeOffset now) =>
        ScopesUntil.Count == 0 ? Scopes : [.. Scopes.Where(scope => Holds(scope, now))];

    /// <summary>
    /// Why a call that needs any one of the scopes is refused; null if one is in force.
    /// </summary>
    public Refusal? Judge(ScopeNeed need, DateTimeOffset now)
    {
        if (need.Single is { } scope)
        {
            return Holds(scope, now) ? null : EndedOrPending(scope, now) ?? QuotaRefusals.Scope(need);
        }

        // Where none of them is in force, one that was or is about to be tells more than that all are missing.
        return need.Scopes.Any(choice => Holds(choice, now))
            ? null
            : need.Scopes.Select(choice => EndedOrPending(choice, now)).FirstOrDefault(closest => closest is not null)
                ?? QuotaRefusals.Scope(need);
    }

    private Refusal? EndedOrPending(string scope, DateTimeOffset now) =>
        EndOf(scope, now) is { } since ? QuotaRefusals.ScopeExpired(scope, since)
        : PendingScopes.Contains(scope) ? QuotaRefusals.Pending(scope)
        : null;

    /// <summary>True if the scope is in force.</summary>
    public bool Holds(string scope, DateTimeOffset now) => Scopes.Contains(scope) && EndOf(scope, now) is null;

    private DateTimeOffset? EndOf(string scope, DateTimeOffset now) =>
        ScopesUntil.Count > 0 && ScopesUntil.TryGetValue(scope, out var until) && now >= until ? until : null;
}

/// <summary>
/// A token bucket: at most <paramref name="Capacity"/> calls at once, refilled with <paramref name="PerSecond"/> calls a second.
/// </summary>
[GenerateSerializer, Immutable, Alias("mp.quotas.burst-limit")]
public readonly record struct BurstLimit([property: Id(0)] int Capacity, [property: Id(1)] int PerSecond)
{
    public static BurstLimit Standard { get; } = new(50, 50);
}
