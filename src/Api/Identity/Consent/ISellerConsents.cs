using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Installations;

namespace Marketplace.Api.Identity.Consent;

/// <summary>What the authorization server asks of, and tells, the installation when a seller consents in the browser.</summary>
public interface ISellerConsents
{
    /// <summary>What the seller is asked to consent to; null if there is no such plugin (R42).</summary>
    ValueTask<ConsentDocument?> Document(InstallationId installation, CancellationToken cancellationToken);

    /// <summary>Enables the plugin if need be and gives the consent; both are facts when it returns. A repeat of the operation changes nothing.</summary>
    /// <returns>The refusal, or null.</returns>
    ValueTask<Refusal?> Give(InstallationId installation, InstallationCommand.Consent consent, Initiator by, CancellationToken cancellationToken);

    /// <summary>What is granted now and until when; empty if nothing is.</summary>
    ValueTask<ImmutableArray<GrantEnd>> Ends(InstallationId installation, CancellationToken cancellationToken);
}

/// <summary>One granted scope.</summary>
/// <param name="Scope">For example <c>orders.read</c>.</param>
/// <param name="Risk">Its risk level.</param>
/// <param name="EndsAt">The first instant at which it is no longer granted.</param>
public readonly record struct GrantEnd(string Scope, RiskLevel Risk, DateTimeOffset EndsAt);
