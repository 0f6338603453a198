using System.Collections.Immutable;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Diagnostics;

/// <summary>A known fault of the platform, and whom it affects.</summary>
/// <param name="Id">Made by the platform.</param>
/// <param name="Title">What is broken, for sellers.</param>
/// <param name="Reach">Whom it affects.</param>
/// <param name="OpenedAt">When an operator declared it.</param>
/// <param name="OpenedBy">The operator.</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.incident")]
public sealed record Incident(
    [property: Id(0)] string Id,
    [property: Id(1)] BilingualText Title,
    [property: Id(2)] IncidentReach Reach,
    [property: Id(3)] DateTimeOffset OpenedAt,
    [property: Id(4)] ActorId OpenedBy
)
{
    [Id(5)]
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>The operator who resolved it; none while it is open.</summary>
    [Id(6)]
    public ActorId ResolvedBy { get; init; }

    public bool IsOpen => ResolvedAt is null;
}

/// <summary>Whom an incident affects; an empty list means all, and each other list narrows it.</summary>
/// <param name="Operations">Operation ids.</param>
/// <param name="Scopes">The scopes of those operations.</param>
/// <param name="Plugins">Plugin ids.</param>
/// <param name="Sellers">Seller ids (stores).</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.incident-reach")]
public sealed record IncidentReach(
    [property: Id(0)] ImmutableArray<string> Operations,
    [property: Id(1)] ImmutableArray<string> Scopes,
    [property: Id(2)] ImmutableArray<string> Plugins,
    [property: Id(3)] ImmutableArray<string> Sellers
)
{
    /// <summary>
    /// True if the incident may affect the installation: its plugin and seller match, and it may call or has called such an operation.
    /// </summary>
    public bool Touches(DiagnosisEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return Means(Plugins, evidence.Id.Plugin.Value)
            && Means(Sellers, evidence.Id.Seller.Value)
            && (
                Operations.IsEmpty
                || evidence.Installation is null
                || MayCall(evidence).Any(scope => Scopes.Contains(scope))
                || evidence.Errors.Any(error => Operations.Contains(error.Operation))
            );
    }

    /// <summary>True if the incident may affect an installation of which only the plugin and the granted scopes are known.</summary>
    /// <param name="id">The installation.</param>
    /// <param name="grants">Its grants; null if they are not known.</param>
    public bool Touches(InstallationId id, ImmutableArray<string>? grants) =>
        Names(id.Seller) && Means(Plugins, id.Plugin.Value) && (Operations.IsEmpty || grants is not { } granted || MayMean(granted));

    /// <summary>True if the incident may affect this seller at all.</summary>
    public bool Names(SellerId seller) => Means(Sellers, seller.Value);

    // The scopes of operations that are configured and not built in are not known, so any installation may call them.
    private bool MayMean(ImmutableArray<string> grants) => Scopes.IsEmpty || grants.Any(scope => Scopes.Contains(scope));

    // Before the consent the granted scopes are unknown.
    private static ImmutableArray<string> MayCall(DiagnosisEvidence evidence) =>
        evidence.Installation is { Consent: not null } running ? running.Grants : evidence.CertifiedScopes;

    private static bool Means(ImmutableArray<string> listed, string id) => listed.IsEmpty || listed.Contains(id);
}
