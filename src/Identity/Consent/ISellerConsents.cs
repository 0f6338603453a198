using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Installations;

namespace Marketplace.Identity.Consent;

/// <summary>What the authorization server asks of, and tells, the installation when a seller consents in the browser.</summary>
public interface ISellerConsents
{
    /// <summary>What the seller is asked to consent to; null if there is no such plugin (R42).</summary>
    ValueTask<ConsentDocument?> Document(InstallationId installation, CancellationToken cancellationToken);

    /// <summary>
    /// Enables the plugin if need be and gives the consent; both are facts when it returns, and neither is if it refuses. A repeat of the
    /// operation changes nothing, and is refused once the consent it gave has ended.
    /// </summary>
    /// <returns>Since when the consent is given, or the refusal.</returns>
    ValueTask<Outcome<DateTimeOffset>> Give(
        InstallationId installation,
        InstallationCommand.Consent consent,
        Initiator by,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Since when the plugin is enabled, by the clock of <see cref="Give"/>; null if it is not. What was issued before that is void.
    /// </summary>
    ValueTask<DateTimeOffset?> EnabledSince(InstallationId installation, CancellationToken cancellationToken);

    /// <summary>What is granted now and until when; empty if nothing is.</summary>
    ValueTask<ImmutableArray<GrantEnd>> Ends(InstallationId installation, CancellationToken cancellationToken);
}

/// <summary>One granted scope.</summary>
/// <param name="Scope">For example <c>orders.read</c>.</param>
/// <param name="Risk">Its risk level.</param>
/// <param name="EndsAt">The first instant at which it is no longer granted.</param>
public readonly record struct GrantEnd(string Scope, RiskLevel Risk, DateTimeOffset EndsAt);
