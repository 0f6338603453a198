using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;

namespace Marketplace.Quotas;

/// <summary>
/// What an installation may do now, decided by its own grain and pushed to the quota grain. Calls are judged by it alone and not by the
/// token, so that a revoked scope or a pause stops the very next call.
/// </summary>
/// <param name="Version">The installation's version; an older entitlement never replaces a newer one.</param>
/// <param name="Stop">Why every call is refused (paused, delisted …); null while the installation is running.</param>
/// <param name="Scopes">The granted scopes.</param>
/// <param name="Region">The region that may process the installation's data (R20, R21).</param>
/// <param name="Prices">The price book before the first of <see cref="PriceChanges"/>; a new one takes effect on the next day.</param>
/// <param name="Burst">The short-term limit.</param>
/// <param name="SpendCap">Maximum cost per calendar month, in CNY; null for no cap.</param>
/// <param name="SyncWindow">How far back orders are visible to the plugin; null for all (R59).</param>
/// <param name="RevokedTokens">Tokens revoked before their expiry.</param>
[GenerateSerializer, Immutable, Alias("mp.quotas.entitlement")]
public sealed record Entitlement(
    [property: Id(0)] long Version,
    [property: Id(1)] Refusal? Stop,
    [property: Id(2)] ImmutableHashSet<string> Scopes,
    [property: Id(3)] DataRegion Region,
    [property: Id(4)] PriceBook Prices,
    [property: Id(5)] BurstLimit Burst,
    [property: Id(6)] decimal? SpendCap,
    [property: Id(7)] TimeSpan? SyncWindow,
    [property: Id(8)] ImmutableDictionary<string, DateTimeOffset> RevokedTokens
)
{
    /// <summary>When the authorisation expires; the meter enforces it by its own clock.</summary>
    [Id(9)]
    public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Expiries of sensitive scopes, including past ones.</summary>
    [Id(10)]
    public ImmutableDictionary<string, DateTimeOffset> ScopesUntil { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Scopes of a newer plugin version awaiting the seller's decision.</summary>
    [Id(11)]
    public ImmutableHashSet<string> PendingScopes { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>
    /// The certified purpose of writes: for each restricted write scope the fields it may touch; a scope not listed may touch all (R70).
    /// </summary>
    [Id(12)]
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Touches { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>The schema version the plugin was built for; null for the newest (R64).</summary>
    [Id(13)]
    public string? Schema { get; init; }

    /// <summary>When the installation was last enabled.</summary>
    [Id(14)]
    public DateTimeOffset EnabledAt { get; init; }

    /// <summary>Prices announced for a day, by that day (R52): each day is counted with the book in force on it.</summary>
    [Id(15)]
    public ImmutableArray<PriceVersion> PriceChanges { get; init; } = [];

    /// <summary>The price book of a day.</summary>
    public PriceBook PricesOn(DateOnly day) => new PriceSchedule(Prices, PriceChanges).On(day);

    /// <summary>True if the token was revoked, or was issued for an earlier enablement.</summary>
    // Both instants come from the installation, so no two clocks are compared. A later one belongs to an enablement still being pushed
    // here.
    public bool HasEnded(TokenStamp token) =>
        token.EnabledAt?.ToUnixTimeMilliseconds() < EnabledAt.ToUnixTimeMilliseconds() || RevokedTokens.IsRevoked(token.Id);

    /// <summary>The scopes in force.</summary>
    public ImmutableHashSet<string> ScopesAt(DateTimeOffset now) =>
        ScopesUntil.Count == 0 ? Scopes : [.. Scopes.Where(scope => Holds(scope, now))];

    /// <summary>
    /// Why a call that needs any one of the scopes is refused; null if one is in force.
    /// </summary>
    // The choice is a method of its own: its lambdas would make every call allocate, those with a single scope too.
    public Refusal? Judge(ScopeNeed need, DateTimeOffset now) =>
        need.OnlyScope is not { } scope ? JudgeChoice(need, now)
        : Holds(scope, now) ? null
        : EndedOrPending(scope, now) ?? QuotaRefusals.Scope(need);

    private Refusal? JudgeChoice(ScopeNeed need, DateTimeOffset now) =>
        need.Scopes.Any(choice => Holds(choice, now))
            ? null
            // One that was in force, or is about to be, explains more than that all are missing.
            : need.Scopes.Select(choice => EndedOrPending(choice, now)).FirstOrDefault(closest => closest is not null)
                ?? QuotaRefusals.Scope(need);

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
