using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Installations;

namespace Marketplace.Identity.Consent;

/// <summary>The authorization server's access to the installation for a consent in the browser.</summary>
public interface ISellerConsents
{
    /// <summary>The consent document for the seller; null for an unknown plugin (R42).</summary>
    ValueTask<ConsentDocument?> Document(InstallationId installation, CancellationToken cancellationToken);

    /// <summary>
    /// Enables the plugin if necessary and gives the consent; both are facts when it returns, and neither is if it refuses. A repeat of the
    /// operation changes nothing, and is refused once the consent it gave has ended.
    /// </summary>
    /// <returns>When the consent was given, or the refusal.</returns>
    ValueTask<Outcome<DateTimeOffset>> Give(
        InstallationId installation,
        InstallationCommand.Consent consent,
        Initiator by,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Since when the plugin is enabled, by the clock of <see cref="Give"/>; null if it is not. Everything issued before that is void.
    /// </summary>
    ValueTask<DateTimeOffset?> EnabledSince(InstallationId installation, CancellationToken cancellationToken);

    /// <summary>The current grants with their expiries; empty without any.</summary>
    ValueTask<ImmutableArray<GrantEnd>> Ends(InstallationId installation, CancellationToken cancellationToken);
}

/// <summary>One granted scope.</summary>
/// <param name="Scope">For example <c>orders.read</c>.</param>
/// <param name="Risk">Its risk level.</param>
/// <param name="EndsAt">The first instant at which the grant is expired.</param>
public readonly record struct GrantEnd(string Scope, RiskLevel Risk, DateTimeOffset EndsAt);
