using System.Collections.Immutable;
using Marketplace.Journal;

namespace Marketplace.Installations;

/// <summary>The seller's consent (R42).</summary>
/// <param name="At">When.</param>
/// <param name="By">The user.</param>
/// <param name="AgreementVersion">The accepted agreement.</param>
/// <param name="AgreementHash">SHA-256 of its text.</param>
/// <param name="PluginVersion">Version of the manifest shown.</param>
/// <param name="Offered">All scopes shown.</param>
/// <param name="Required">Those of them that were required.</param>
/// <param name="ExpiresAt">When the authorisation expires.</param>
/// <param name="Confirmation">The last second confirmation (R69); null if nothing beyond the required scopes was ever granted.</param>
[GenerateSerializer, Immutable, Alias("mp.installations.consent")]
public sealed record SellerConsent(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] ActorId By,
    [property: Id(2)] string AgreementVersion,
    [property: Id(3)] string AgreementHash,
    [property: Id(4)] int PluginVersion,
    [property: Id(5)] ImmutableArray<string> Offered,
    [property: Id(6)] ImmutableArray<string> Required,
    [property: Id(7)] DateTimeOffset ExpiresAt,
    [property: Id(8)] string? Confirmation
)
{
    /// <summary>Number of the accepted price book; null in consents of older stores.</summary>
    [Id(9)]
    public int? PriceVersion { get; init; }
}

/// <summary>The verified enterprise, by its unified social credit code.</summary>
[GenerateSerializer, Immutable, Alias("mp.installations.entity")]
public sealed record VerifiedEntity([property: Id(0)] string Licence, [property: Id(1)] DateTimeOffset Since);

/// <summary>The newest known version of an enterprise: its number of facts.</summary>
[GenerateSerializer, Immutable, Alias("mp.installations.entity-news")]
public sealed record EnterpriseVersion([property: Id(0)] string Licence, [property: Id(1)] long Version);

/// <summary>The seller's own pause.</summary>
[GenerateSerializer, Immutable, Alias("mp.installations.pause")]
public sealed record SellerPause([property: Id(0)] DateTimeOffset Since, [property: Id(1)] string? Reason);

/// <summary>The platform's suspension.</summary>
[GenerateSerializer, Immutable, Alias("mp.installations.suspension")]
public sealed record PlatformSuspension([property: Id(0)] DateTimeOffset Since, [property: Id(1)] string Reason);

/// <summary>The seller's disabling.</summary>
[GenerateSerializer, Immutable, Alias("mp.installations.disabling")]
public sealed record SellerDisabling([property: Id(0)] DateTimeOffset Since, [property: Id(1)] string? Reason);

/// <summary>The phases of an installation; a seller sees <see cref="SellerState"/> with the reason.</summary>
public enum InstallationPhase
{
    /// <summary>Enabled; the seller has not consented.</summary>
    AwaitingConsent,

    /// <summary>Consented; the enterprise is not verified.</summary>
    AwaitingEntity,

    /// <summary>Calls are accepted.</summary>
    Running,

    /// <summary>Paused by the seller.</summary>
    Paused,

    /// <summary>Suspended by the platform.</summary>
    Suspended,

    /// <summary>Disabled by the seller; enabling starts over.</summary>
    Disabled,

    /// <summary>The consent has expired.</summary>
    AuthorisationExpired,
}

/// <summary>An installation's state as shown to the seller (R56).</summary>
public enum SellerState
{
    /// <summary>运行中.</summary>
    Running,

    /// <summary>暂停.</summary>
    Paused,

    /// <summary>授权过期.</summary>
    AuthExpired,
}

/// <summary>The seller's last permission review (R71).</summary>
[GenerateSerializer, Immutable, Alias("mp.installations.sign-off")]
public sealed record ReviewSignOff([property: Id(0)] DateTimeOffset At, [property: Id(1)] ActorId By);
