using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Journal;

namespace Marketplace.Installations;

/// <summary>The life of one installation: the fold of its journal facts.</summary>
/// <param name="Grants">Granted scopes, sorted; see <see cref="GrantsAt"/> for those still in force.</param>
/// <param name="Pause">Set while the seller has paused it.</param>
/// <param name="SyncWindowHours">How far back orders are visible; null for all.</param>
/// <param name="SpendCap">CNY a calendar month; null for none.</param>
/// <param name="RevokedTokens">Revoked token ids with the instant at which each may be dropped.</param>
/// <param name="CreatedAt">When it was first enabled.</param>
/// <param name="Version">Number of facts.</param>
[GenerateSerializer, Immutable, Alias("mp.installations.installation")]
public sealed record Installation(
    [property: Id(0)] ImmutableArray<string> Grants,
    [property: Id(1)] SellerPause? Pause,
    [property: Id(2)] int? SyncWindowHours,
    [property: Id(3)] decimal? SpendCap,
    [property: Id(4)] ImmutableDictionary<string, DateTimeOffset> RevokedTokens,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] long Version
)
{
    /// <summary>Maximum sync window: ten years.</summary>
    public const int MaxSyncWindowHours = 10 * 366 * 24;

    /// <summary>Maximum spend cap, in CNY a month.</summary>
    public const decimal MaxSpendCap = 10_000_000m;

    /// <summary>The seller's consent; null before it and after disabling.</summary>
    [Id(7)]
    public SellerConsent? Consent { get; init; }

    /// <summary>The verified enterprise of the shop; null while there is none (R43).</summary>
    [Id(8)]
    public VerifiedEntity? Entity { get; init; }

    /// <summary>Why the enterprise stopped being verified; null if it is, or never was.</summary>
    [Id(9)]
    public string? EntityProblem { get; init; }

    /// <summary>The newest known version of the enterprise.</summary>
    [Id(14)]
    public EnterpriseVersion? EntityHeard { get; init; }

    /// <summary>Set while the platform has suspended it.</summary>
    [Id(10)]
    public PlatformSuspension? Suspension { get; init; }

    /// <summary>Set while the seller has disabled it.</summary>
    [Id(11)]
    public SellerDisabling? Disabling { get; init; }

    /// <summary>Expiries of sensitive grants by scope; an expired scope stays here until it is granted again or closed.</summary>
    [Id(12)]
    public ImmutableSortedDictionary<string, DateTimeOffset> SensitiveUntil { get; init; } =
        ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    /// <summary>
    /// Expiries already announced: by <see cref="Ending.Key"/> the hours of the last warning, 0 once the expiry was recorded.
    /// </summary>
    [Id(13)]
    public ImmutableSortedDictionary<string, int> Noticed { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Start of each scope's uninterrupted grant (R71).</summary>
    [Id(20)]
    public ImmutableSortedDictionary<string, DateTimeOffset> GrantedSince { get; init; } =
        ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    /// <summary>The last sign-off of the permission review; null if there was none.</summary>
    [Id(21)]
    public ReviewSignOff? SignOff { get; init; }

    /// <summary>The due date of the last recorded permission review.</summary>
    [Id(22)]
    public DateTimeOffset? ReviewNoted { get; init; }

    /// <summary>When it was last enabled. Tokens issued before belong to an earlier enablement.</summary>
    [Id(23)]
    public DateTimeOffset EnabledAt { get; init; }

    /// <summary>The phase at an instant. Running requires consent, agreement and a verified enterprise.</summary>
    public InstallationPhase PhaseAt(DateTimeOffset now) =>
        this switch
        {
            { Disabling: not null } => InstallationPhase.Disabled,
            { Suspension: not null } => InstallationPhase.Suspended,
            { Consent: null } => InstallationPhase.AwaitingConsent,
            _ when now >= Consent!.ExpiresAt => InstallationPhase.AuthorisationExpired,
            { Entity: null } => InstallationPhase.AwaitingEntity,
            { Pause: not null } => InstallationPhase.Paused,
            _ => InstallationPhase.Running,
        };

    /// <summary>Seller-visible state (R56): exactly 运行中, 暂停 and 授权过期.</summary>
    public SellerState StateAt(DateTimeOffset now) =>
        PhaseAt(now) switch
        {
            InstallationPhase.Running => SellerState.Running,
            InstallationPhase.AuthorisationExpired => SellerState.AuthExpired,
            _ => SellerState.Paused,
        };

    /// <summary>The granted scopes that have not expired, sorted.</summary>
    public ImmutableArray<string> GrantsAt(DateTimeOffset now) =>
        SensitiveUntil.IsEmpty ? Grants : [.. Grants.Where(scope => !SensitiveUntil.TryGetValue(scope, out var until) || now < until)];

    /// <summary>Scopes added, or made required, by a newer plugin version than the one consented to; earlier grants keep working.</summary>
    public ImmutableArray<string> PendingScopes(PluginProfile plugin)
    {
        if (Consent is not { } consent)
        {
            return [];
        }

        var required = plugin.RequiredScopes;
        return
        [
            .. plugin
                .Scopes.Where(scope =>
                    !Grants.Contains(scope)
                    && (!consent.Offered.Contains(scope) || (required.Contains(scope) && !consent.Required.Contains(scope)))
                )
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Folds one event.</summary>
    /// <param name="state">Null before the first.</param>
    /// <param name="event">The event.</param>
    /// <param name="at">When it was decided.</param>
    /// <param name="actor">The user or client that caused it.</param>
    public static Installation Evolve(Installation? state, InstallationEvent @event, DateTimeOffset at, ActorId actor)
    {
        var next = Fold(state, @event, at, actor);
        return state is not null && next.Grants == state.Grants ? next : next with { GrantedSince = Since(next, at) };
    }

    private static Installation Fold(Installation? state, InstallationEvent @event, DateTimeOffset at, ActorId actor)
    {
        if (state is null)
        {
            var grants = @event switch
            {
                InstallationEvent.Enabled enabled => enabled.Grants,
                InstallationEvent.EnablementStarted => [],
                _ => throw new InvalidOperationException("An installation's first fact must enable it."),
            };
            return new Installation(grants, null, null, null, ImmutableDictionary<string, DateTimeOffset>.Empty, at, 1) { EnabledAt = at };
        }

        var next = state with { Version = state.Version + 1 };
        return @event switch
        {
            InstallationEvent.EnablementStarted => next with { Disabling = null, EnabledAt = at },
            InstallationEvent.Consented consented => next.With(consented, at, actor),
            InstallationEvent.GrantsChanged changed => next.With(changed),
            InstallationEvent.EntityAccepted accepted => next with
            {
                Entity = new VerifiedEntity(accepted.Licence, at),
                EntityProblem = null,
                EntityHeard = new EnterpriseVersion(accepted.Licence, accepted.Version),
            },
            InstallationEvent.EntityDropped dropped => next with
            {
                Entity = null,
                EntityProblem = dropped.Reason,
                EntityHeard = new EnterpriseVersion(dropped.Licence, dropped.Version),
            },
            InstallationEvent.Paused paused => next with { Pause = new SellerPause(at, paused.Reason) },
            InstallationEvent.Resumed => next with { Pause = null },
            InstallationEvent.Suspended suspended => next with { Suspension = new PlatformSuspension(at, suspended.Reason) },
            InstallationEvent.SuspensionLifted => next with { Suspension = null },
            InstallationEvent.Disabled disabled => next.Without(new SellerDisabling(at, disabled.Reason)),
            InstallationEvent.SettingsChanged settings => next with
            {
                SyncWindowHours = settings.SyncWindowHours,
                SpendCap = settings.SpendCap,
            },
            InstallationEvent.TokenRevoked revoked => next with
            {
                RevokedTokens = Without(next.RevokedTokens, at).SetItem(revoked.TokenId, revoked.ExpiresAt),
            },
            InstallationEvent.ReviewSignedOff => next with { SignOff = new ReviewSignOff(at, actor) },
            InstallationEvent.ReviewDue review => next with { ReviewNoted = review.DueAt },
            InstallationEvent.NothingChanged => next,
            InstallationEvent.ExpiryNear near => next.Notice(Ending.KeyOf(near.Scopes, near.ExpiresAt), near.Hours),
            InstallationEvent.AuthorisationExpired expired => next.Notice(Ending.KeyOf([], expired.ExpiresAt), 0),
            InstallationEvent.ScopesExpired expired => next.Notice(Ending.KeyOf(expired.Scopes, expired.ExpiresAt), 0) with
            {
                Grants = [.. next.Grants.Except(expired.Scopes)],
            },
            _ => throw new InvalidOperationException($"No fold for {@event.GetType().Name}."),
        };
    }

    private static ImmutableSortedDictionary<string, DateTimeOffset> Since(Installation state, DateTimeOffset at) =>
        state.Grants.ToImmutableSortedDictionary(
            scope => scope,
            scope => state.GrantedSince.GetValueOrDefault(scope, at),
            StringComparer.Ordinal
        );

    private static ImmutableDictionary<string, DateTimeOffset> Without(
        ImmutableDictionary<string, DateTimeOffset> tokens,
        DateTimeOffset now
    ) => tokens.RemoveRange(tokens.Where(token => token.Value <= now).Select(token => token.Key));

    private Installation With(InstallationEvent.Consented consented, DateTimeOffset at, ActorId actor) =>
        this with
        {
            Grants = consented.Scopes,
            SensitiveUntil = consented.SensitiveUntil,
            Noticed = ImmutableSortedDictionary<string, int>.Empty,
            Consent = new SellerConsent(
                at,
                actor,
                consented.AgreementVersion,
                consented.AgreementHash,
                consented.PluginVersion,
                consented.Offered,
                consented.Required,
                consented.ExpiresAt,
                consented.Confirmation
            )
            {
                PriceVersion = consented.PriceVersion,
            },
        };

    private Installation With(InstallationEvent.GrantsChanged changed)
    {
        var kept = SensitiveUntil.RemoveRange(SensitiveUntil.Keys.Except(changed.Grants));
        return this with
        {
            Grants = changed.Grants,
            SensitiveUntil = changed.SensitiveUntil is { } until ? kept.SetItems(until) : kept,
            Consent =
                Consent is not null && changed.Confirmation is { } confirmation ? Consent with { Confirmation = confirmation } : Consent,
        };
    }

    private Installation Without(SellerDisabling disabling) =>
        this with
        {
            Grants = [],
            Pause = null,
            Consent = null,
            Disabling = disabling,
            SensitiveUntil = ImmutableSortedDictionary<string, DateTimeOffset>.Empty,
            Noticed = ImmutableSortedDictionary<string, int>.Empty,
        };

    private Installation Notice(string ending, int hours) => this with { Noticed = Noticed.SetItem(ending, hours) };
}
