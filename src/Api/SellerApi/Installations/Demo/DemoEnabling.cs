using System.Collections.Immutable;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Installations.Demo;

/// <summary>Brings installations of demo sellers to running by the commands of Seller Center, one by one.</summary>
public sealed class DemoEnabling(IGrainFactory grains, DemoEnterprises enterprises)
{
    /// <summary>
    /// Runs all steps of enabling, each once: an interrupted run continues where it stopped. An installation completed before keeps its
    /// state and only gets missing scopes.
    /// </summary>
    /// <exception cref="RequestProblemException">A step is refused.</exception>
    public async Task<InstallationAnswer> Run(
        InstallationId id,
        ImmutableArray<string> scopes,
        Initiator by,
        CancellationToken cancellationToken
    )
    {
        var grain = grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id));
        await Execute(new InstallationCommand.Enable(), "enable");
        var document = await grain.GetConsent(cancellationToken) ?? throw new InvalidOperationException($"{id} has no consent document.");
        var agreement = document.Plugin.Manifest.Agreement;
        var answer = (await grain.Get(cancellationToken))!;
        if (answer.State is { Consent: not null, Entity: not null })
        {
            // It was running before; later changes are its seller's. An enterprise alone does not prove that: the enterprise verified
            // through another installation may arrive before the consent.
            await Grant([.. scopes.Union(answer.State.Grants)]);
            return (await grain.Get(cancellationToken))!;
        }

        await enterprises.Verify(id.Seller, by, cancellationToken);
        if (answer.State.Consent is null)
        {
            ImmutableArray<string> consented = [.. scopes.Union(document.Plugin.RequiredScopes)];
            await Execute(
                new InstallationCommand.Consent(agreement.Version, agreement.Hash, consented, Confirmation(consented)),
                "consent"
            );
        }

        await Grant(scopes);
        return (await grain.Get(cancellationToken))!;

        Task Grant(ImmutableArray<string> wanted) => Execute(new InstallationCommand.ChangeGrants(wanted, Confirmation(wanted)), "grants");

        string Confirmation(ImmutableArray<string> wanted) => ConsentRules.ConfirmationOf(id, wanted, agreement.Hash);

        async Task Execute(InstallationCommand command, string step)
        {
            // Act as the seller's owner: no other role may consent.
            var owner = by with { OperationId = by.OperationId.Step(step), Role = ActorRole.OfUser(SellerRole.Owner) };
            var outcome = await grain.Execute(command, owner, cancellationToken);
            if (outcome.Refusal is { } refusal)
            {
                throw new RequestProblemException(refusal);
            }
        }
    }
}
