using Marketplace.Catalogue;

namespace Marketplace.Quotas;

/// <summary>A plugin's call, with all inputs of the quota rule.</summary>
/// <param name="CallId">16 random bytes as a number; also identifies the permit.</param>
/// <param name="Operation">For example <c>orders.get</c>.</param>
/// <param name="Scope">The scope the operation needs, or those of which any one will do (<see cref="ScopeNeed"/>).</param>
/// <param name="Billable">False for operations that are checked but neither counted nor priced.</param>
/// <param name="Region">The region of the serving silo.</param>
/// <param name="TokenId">The access token's <c>jti</c>.</param>
/// <param name="TokenExpiresAt">When the token expires; kept for diagnosis.</param>
/// <param name="Key">The write's idempotency key, or null.</param>
[GenerateSerializer, Immutable, Alias("mp.quotas.intent")]
public sealed record CallIntent(
    [property: Id(0)] UInt128 CallId,
    [property: Id(1)] OperationName Operation,
    [property: Id(2)] string Scope,
    [property: Id(3)] bool Billable,
    [property: Id(4)] DataRegion Region,
    [property: Id(5)] string TokenId,
    [property: Id(6)] DateTimeOffset TokenExpiresAt,
    [property: Id(7)] IdempotencyKey? Key
)
{
    /// <summary>
    /// Null for a read. For a write the paths it sets (<c>attributes.main_image</c>), as far as known, for the risk rules (R70).
    /// </summary>
    [Id(8)]
    public IReadOnlyList<string>? Touches { get; init; }

    /// <summary>Start of the enablement the token was issued for; null if the token does not state it.</summary>
    [Id(10)]
    public DateTimeOffset? TokenEnabledAt { get; init; }

    /// <summary>The scopes of which any one opens the operation.</summary>
    public ScopeNeed Need => ScopeNeed.Parse(Scope);

    public TokenStamp Token => new(TokenId, TokenEnabledAt);

    /// <summary>An optional scope that extends the answer; null for most operations.</summary>
    [Id(9)]
    public string? OptionalScope { get; init; }
}

/// <summary>An idempotency key and its request, both as hashes (first 16 bytes of SHA-256).</summary>
[GenerateSerializer, Immutable, Alias("mp.quotas.key")]
public readonly record struct IdempotencyKey([property: Id(0)] UInt128 Key, [property: Id(1)] UInt128 Request);

/// <summary>The result of a reservation: a permit, a refusal, or a reference to the first answer of a repeated key.</summary>
[GenerateSerializer, Immutable, Alias("mp.quotas.reservation")]
public abstract record Reservation
{
    private Reservation() { }

    /// <summary>The call may run; it occupies a place in all counters until it is settled, released or expires.</summary>
    [GenerateSerializer, Immutable, Alias("mp.quotas.reservation.granted")]
    public sealed record Granted([property: Id(0)] DateTimeOffset At, [property: Id(1)] TimeSpan? SyncWindow) : Reservation
    {
        /// <summary>The schema version pinned by the plugin; null for the newest (R64).</summary>
        [Id(3)]
        public string? Schema { get; init; }

        /// <summary>True if the intent's <see cref="CallIntent.OptionalScope"/> is in force.</summary>
        [Id(2)]
        public bool HasOptionalScope { get; init; }
    }

    /// <summary>The call may not run; nothing is counted.</summary>
    [GenerateSerializer, Immutable, Alias("mp.quotas.reservation.refused")]
    public sealed record Refused([property: Id(0)] Refusal Refusal, [property: Id(1)] QuotaView? View) : Reservation;

    /// <summary>The key was answered before: the ledger row with the answer, and the number of the call in its day.</summary>
    [GenerateSerializer, Immutable, Alias("mp.quotas.reservation.repeated")]
    public sealed record Repeated([property: Id(0)] DateOnly Day, [property: Id(1)] int Seq, [property: Id(2)] long Number) : Reservation;
}

/// <summary>The counters of an installation as shown to callers.</summary>
[GenerateSerializer, Immutable, Alias("mp.quotas.view")]
public sealed record QuotaView(
    [property: Id(0)] DateOnly Day,
    [property: Id(1)] long DailyLimit,
    [property: Id(2)] long DailyUsed,
    [property: Id(3)] DateTimeOffset DailyResetsAt,
    [property: Id(4)] BurstLimit Burst,
    [property: Id(5)] int BurstRemaining,
    [property: Id(6)] DateTimeOffset BurstResetsAt,
    [property: Id(7)] decimal? SpendCap,
    [property: Id(8)] decimal SpendUsed,
    [property: Id(9)] DateTimeOffset SpendResetsAt,
    [property: Id(10)] DateTimeOffset At
)
{
    /// <summary>The schema version pinned by the plugin; null for the newest (R64).</summary>
    [Id(11)]
    public string? Schema { get; init; }

    /// <summary>Maximum 4xx answers per day; 0 from a counter of a version without the limit.</summary>
    [Id(12)]
    public long ErrorLimit { get; init; }

    /// <summary>4xx answers of the day known to this counter.</summary>
    [Id(13)]
    public long ErrorsUsed { get; init; }

    /// <summary>4xx answers still allowed today.</summary>
    public long ErrorsRemaining => Math.Max(0, ErrorLimit - ErrorsUsed);

    /// <summary>Calls that may still be reserved today.</summary>
    public long DailyRemaining => Math.Max(0, DailyLimit - DailyUsed);
}

/// <summary>A settled call: its number in the day, its price and the day's total including it.</summary>
[GenerateSerializer, Immutable, Alias("mp.quotas.settled")]
public readonly record struct SettledCall(
    [property: Id(0)] DateOnly Day,
    [property: Id(1)] long Number,
    [property: Id(2)] Money Price,
    [property: Id(3)] Money Total
);
