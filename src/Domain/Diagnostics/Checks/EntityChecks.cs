using System.Collections.Immutable;
using Marketplace.Enterprises;
using Marketplace.Installations;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Is there a verified enterprise behind the shop, and room for its sub-accounts? (R43–R46)</summary>
internal static class EntityChecks
{
    public const string Missing = "entity-missing";
    public const string Draft = "entity-not-submitted";
    public const string UnderReview = "entity-under-review";
    public const string NeedsInfo = "entity-needs-info";
    public const string Rejected = "entity-rejected";
    public const string Lapsed = "entity-lapsed";

    /// <summary>Additional sub-accounts requested by an application.</summary>
    private const int More = 5;

    public static DiagnosisCheck Entity { get; } =
        new(
            "entity",
            EvidenceSources.Entity | EvidenceSources.Installation,
            EvidenceSources.Entity | EvidenceSources.Installation,
            ObserveEntity
        );

    public static DiagnosisCheck SubAccounts { get; } = new("sub_accounts", EvidenceSources.Entity, ObserveSubAccounts);

    private static Observation ObserveEntity(DiagnosisEvidence evidence)
    {
        var (entity, installation) = (evidence.Entity!, evidence.Installation!);
        var review = entity.Review;
        var facts = Of(
            ("licence", entity.Status.Licence),
            ("review", entity.Status.Review.Text()),
            ("approved", entity.Status.Approved ? "yes" : "no"),
            ("due_at", Text(entity.Status.DueAt)),
            ("overdue", review?.IsLateAt(evidence.Now) == true ? "yes" : null),
            ("note", review?.Note)
        );

        // Consent comes first: before it the enterprise is not required. Calls are judged by the installation's own record.
        if (installation is not { Disabling: null, Consent: not null })
        {
            return Observation.Fine(facts);
        }

        var finding = (installation.Entity, entity.Status) switch
        {
            (null, { Approved: true }) => Accepted(evidence, facts),
            (null, _) => Unverified(evidence, entity, facts),
            (_, { Review: ReviewState.Lapsed }) => Unverified(evidence, entity, facts) with { Force = FindingForce.Threatens },
            _ => null,
        };
        return Observation.Of(facts, finding);
    }

    /// <summary>Approved, but the installation has not received it: consenting again requests it again.</summary>
    private static Finding Accepted(DiagnosisEvidence evidence, ImmutableSortedDictionary<string, string> facts) =>
        Stop(
            InstallationRefusals.EntityUnverified,
            CauseTexts.EnterpriseAccepted,
            facts,
            Fixes.Consent(evidence.Id, evidence.Plugin, evidence.Installation!.GrantsAt(evidence.Now))
        );

    private static Finding Unverified(DiagnosisEvidence evidence, EntityEvidence entity, ImmutableSortedDictionary<string, string> facts)
    {
        var note = entity.Review?.Note;
        return entity.Status switch
        {
            { Licence: null } => Stop(Missing, CauseTexts.EnterpriseMissing, facts, Fixes.By(Fixes.Seller, FixTexts.NameEnterprise)),
            { Review: ReviewState.Draft } => Stop(
                Draft,
                CauseTexts.DocumentsNotSubmitted,
                facts,
                HandIn(evidence, entity, FixTexts.SubmitDocuments)
            ),
            { Review: ReviewState.NeedsInfo } => Stop(
                NeedsInfo,
                CauseTexts.InformationNeeded(note),
                facts,
                HandIn(evidence, entity, FixTexts.SupplyInformation)
            ),
            { Review: ReviewState.Rejected } => Stop(
                Rejected,
                CauseTexts.EnterpriseRejected(note),
                facts,
                HandIn(evidence, entity, FixTexts.CorrectDocuments)
            ),
            { Review: ReviewState.Lapsed or ReviewState.Approved } => Stop(
                Lapsed,
                CauseTexts.ApprovalEnded,
                facts,
                HandIn(evidence, entity, FixTexts.RenewDocuments)
            ),
            _ => Stop(UnderReview, CauseTexts.UnderReview(Due(evidence)), facts, Fixes.By(Fixes.Reviewer, FixTexts.AwaitReview)),
        };
    }

    /// <summary>Without documents there is nothing to submit; a further shop of an enterprise may never have needed any.</summary>
    private static Fix HandIn(DiagnosisEvidence evidence, EntityEvidence entity, BilingualText action) =>
        entity.HasDocuments ? Fixes.Submit(evidence.Id.Seller, action) : Fixes.By(Fixes.Seller, FixTexts.UploadDocuments);

    private static Finding Stop(string code, BilingualText cause, ImmutableSortedDictionary<string, string> facts, Fix fix) =>
        new(code, FindingForce.StopsAll, cause, facts, fix) { ExplainedCodes = [InstallationRefusals.EntityUnverified] };

    private static Observation ObserveSubAccounts(DiagnosisEvidence evidence)
    {
        var entity = evidence.Entity!;
        if (!entity.Status.Approved)
        {
            return Observation.Fine(Of());
        }

        var facts = Of(("bound", Text(entity.Bound)), ("cap", Text(entity.Cap)), ("open_application", entity.OpenApplication));
        return Observation.Of(
            facts,
            entity.Bound < entity.Cap
                ? null
                : new Finding(
                    EnterpriseRefusals.SubAccountLimit,
                    FindingForce.Advises,
                    CauseTexts.SubAccountsUsedUp(entity.Bound, entity.Cap),
                    facts,
                    entity.OpenApplication is null
                        ? Fixes.Apply(evidence.Id, entity.Cap + More)
                        : Fixes.By(Fixes.Reviewer, FixTexts.AwaitApplication)
                )
        );
    }

    private static BilingualText Due(DiagnosisEvidence evidence) =>
        evidence.Entity!.Status.DueAt is { } due ? LocalTimes.Both(due, evidence.Now) : CauseTexts.Soon;
}
