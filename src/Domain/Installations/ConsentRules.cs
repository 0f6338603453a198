using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Catalogue;
using Marketplace.Enforcement;
using Marketplace.Sellers;

namespace Marketplace.Installations;

/// <summary>Rules for granting scopes (R42, R69, R71).</summary>
public static class ConsentRules
{
    /// <summary>
    /// The confirmation of a grant beyond the required scopes: derived from installation, scopes and agreement, so that it confirms this
    /// grant only.
    /// </summary>
    public static string ConfirmationOf(InstallationId installation, ImmutableArray<string> scopes, string agreementHash) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{installation}\n{string.Join(' ', Sorted(scopes))}\n{agreementHash}"))
        );

    internal static Outcome<ImmutableArray<InstallationEvent>> Consent(InstallationCommand.Consent command, in DecisionContext context)
    {
        var (plugin, agreement) = (context.Plugin, context.Plugin.Manifest.Agreement);
        if (plugin.Block is { } block)
        {
            return EnforcementRefusals.Stopped(block);
        }

        if (!plugin.Certified)
        {
            return InstallationRefusals.NotCertified(plugin.Id);
        }

        if (command.AgreementVersion != agreement.Version || command.AgreementHash != agreement.Hash)
        {
            return InstallationRefusals.AgreementChanged(agreement);
        }

        if (command.PriceVersion is { } shown && shown != context.Prices.Version)
        {
            return InstallationRefusals.PriceChanged(context.Prices.Version);
        }

        var (scopes, required) = (Sorted(command.Scopes), Sorted(plugin.RequiredScopes));
        if (NotCertified(scopes, plugin) is { } refusal)
        {
            return refusal;
        }

        if (required.Except(scopes).ToImmutableArray() is { IsEmpty: false } missing)
        {
            return InstallationRefusals.ScopesRequired(missing);
        }

        var beyond = scopes.Except(required).ToImmutableArray();
        var confirmation = ConfirmationOf(context.Installation, scopes, agreement.Hash);
        if (!beyond.IsEmpty && command.Confirmation != confirmation)
        {
            return InstallationRefusals.BroaderGrant(beyond, confirmation);
        }

        var end = context.Now + AuthorisationTerms.Whole;
        return ImmutableArray.Create<InstallationEvent>(
            new InstallationEvent.Consented(
                agreement.Version,
                agreement.Hash,
                plugin.Manifest.Version,
                scopes,
                Sorted(plugin.Scopes),
                required,
                end,
                SensitiveUntil(scopes, context.Now, end),
                beyond.IsEmpty ? null : confirmation,
                context.Prices.Version
            )
        );
    }

    internal static Outcome<ImmutableArray<InstallationEvent>> ChangeGrants(
        Installation state,
        InstallationCommand.ChangeGrants command,
        in DecisionContext context
    )
    {
        var (plugin, agreement) = (context.Plugin, context.Plugin.Manifest.Agreement);
        var (grants, current) = (Sorted(command.Grants), state.GrantsAt(context.Now));
        if (command.OnlyCloses)
        {
            grants = [.. grants.Intersect(current)];
        }

        if (state.Consent is not { } consent)
        {
            return InstallationRefusals.NoConsent();
        }

        if (NotCertified(grants, plugin) is { } refusal)
        {
            return refusal;
        }

        var added = grants.Except(current).ToImmutableArray();
        if (!added.IsEmpty && !context.Role.MayConsent)
        {
            return SellerRefusals.Role(SellerRole.Owner);
        }

        var closed = command.UsedScopes.IsDefault ? [] : current.Except(grants).Intersect(command.UsedScopes).ToImmutableArray();
        if (!closed.IsEmpty && !command.CloseUsed)
        {
            return InstallationRefusals.ScopeInUse(closed);
        }

        if (!added.IsEmpty && agreement.Hash != consent.AgreementHash)
        {
            return InstallationRefusals.AgreementChanged(agreement);
        }

        var beyond = added.Except(plugin.RequiredScopes).ToImmutableArray();
        var confirmation = ConfirmationOf(context.Installation, grants, agreement.Hash);
        if (!beyond.IsEmpty && command.Confirmation != confirmation)
        {
            return InstallationRefusals.BroaderGrant(beyond, confirmation);
        }

        // A lapsed scope that is not granted again is closed for good, so compare with the grants, not with those in force.
        return grants.SequenceEqual(state.Grants) && added.IsEmpty
            ? ImmutableArray<InstallationEvent>.Empty
            : ImmutableArray.Create<InstallationEvent>(
                new InstallationEvent.GrantsChanged(
                    grants,
                    SensitiveUntil(added, context.Now, consent.ExpiresAt),
                    beyond.IsEmpty ? null : confirmation
                )
            );
    }

    internal static ImmutableArray<string> Sorted(ImmutableArray<string> scopes) => [.. scopes.Distinct().Order(StringComparer.Ordinal)];

    // The seller grants certified scopes only (R07, R18).
    private static Refusal? NotCertified(ImmutableArray<string> scopes, PluginProfile plugin)
    {
        var beyond = scopes.FirstOrDefault(scope => !plugin.Scopes.Contains(scope));
        return beyond is null ? null : InstallationRefusals.ScopeNotCertified(beyond, plugin.Id);
    }

    private static ImmutableSortedDictionary<string, DateTimeOffset> SensitiveUntil(
        ImmutableArray<string> scopes,
        DateTimeOffset now,
        DateTimeOffset end
    )
    {
        var until = now + AuthorisationTerms.Sensitive;
        return scopes
            .Where(scope => ScopeCatalogue.Of(scope).IsSensitive)
            .ToImmutableSortedDictionary(scope => scope, _ => until < end ? until : end, StringComparer.Ordinal);
    }
}
