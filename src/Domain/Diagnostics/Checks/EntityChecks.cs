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
            LookAtEntity
        );

    public static DiagnosisCheck SubAccounts { get; } = new("sub_accounts", EvidenceSources.Entity, LookAtSubAccounts);

    private static Observation LookAtEntity(DiagnosisEvidence evidence)
    {
        var (entity, installation) = (evidence.Entity!, evidence.Installation!);
        var review = entity.Review;
        var facts = Of(
            ("licence", entity.Standing.Licence),
            ("review", entity.Standing.Review.Text()),
            ("approved", entity.Standing.Approved ? "yes" : "no"),
            ("due_at", Text(entity.Standing.DueAt)),
            ("overdue", review?.IsLateAt(evidence.Now) == true ? "yes" : null),
            ("note", review?.Note)
        );

        // Consent comes first: before it the enterprise is not required. Calls are judged by the installation's own record.
        if (installation is not { Disabling: null, Consent: not null })
        {
            return Observation.Fine(facts);
        }

        var finding = (installation.Entity, entity.Standing) switch
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
            new BilingualText(
                "企业已通过审核，结果正在同步到该插件。",
                "The enterprise is verified; the news is on its way to the installation."
            ),
            facts,
            Fixes.Consent(evidence.Id, evidence.Plugin, evidence.Installation!.GrantsAt(evidence.Now))
        );

    private static Finding Unverified(DiagnosisEvidence evidence, EntityEvidence entity, ImmutableSortedDictionary<string, string> facts)
    {
        var note = entity.Review?.Note;
        return entity.Standing switch
        {
            { Licence: null } => Stop(
                Missing,
                new BilingualText("店铺尚未登记企业（营业执照）。", "The shop has named no enterprise (business licence)."),
                facts,
                Fixes.By(Fixes.Seller, "登记企业并上传证件", "Name the enterprise and upload its documents: POST /seller/v1/enterprise.")
            ),
            { Review: ReviewState.Draft } => Stop(
                Draft,
                new BilingualText("企业证件尚未提交审核。", "The enterprise's documents were not handed in."),
                facts,
                HandIn(evidence, entity, new BilingualText("提交审核", "Hand the documents in."))
            ),
            { Review: ReviewState.NeedsInfo } => Stop(
                NeedsInfo,
                new BilingualText($"审核员需要补充资料：{note}", $"The reviewers ask: {note}"),
                facts,
                HandIn(evidence, entity, new BilingualText("补充资料后重新提交", "Supply what is asked for and hand in again."))
            ),
            { Review: ReviewState.Rejected } => Stop(
                Rejected,
                new BilingualText($"企业审核未通过：{note}", $"The enterprise was rejected: {note}"),
                facts,
                HandIn(evidence, entity, new BilingualText("更正证件后重新提交", "Correct the documents and hand in again."))
            ),
            { Review: ReviewState.Lapsed or ReviewState.Approved } => Stop(
                Lapsed,
                new BilingualText("企业的审核结果已失效。", "The enterprise's approval has ended."),
                facts,
                HandIn(evidence, entity, new BilingualText("上传新证件并重新提交", "Upload new documents and hand in again."))
            ),
            _ => Stop(
                UnderReview,
                new BilingualText(
                    $"企业正在审核，最晚 {Due(evidence, true)} 完成。",
                    $"The enterprise is under review until {Due(evidence, false)} at the latest."
                ),
                facts,
                Fixes.By(Fixes.Reviewer, "等待审核员处理", "The reviewers decide.")
            ),
        };
    }

    /// <summary>Without documents there is nothing to submit; a further shop of an enterprise may never have needed any.</summary>
    private static Fix HandIn(DiagnosisEvidence evidence, EntityEvidence entity, BilingualText action) =>
        entity.HasDocuments
            ? Fixes.Submit(evidence.Id.Seller, action)
            : Fixes.By(
                Fixes.Seller,
                "上传营业执照和身份证正反面",
                "Upload the licence and both sides of the identity card: PUT /seller/v1/enterprise/documents/…."
            );

    private static Finding Stop(string code, BilingualText cause, ImmutableSortedDictionary<string, string> facts, Fix fix) =>
        new(code, FindingForce.StopsAll, cause, facts, fix) { ExplainedCodes = [InstallationRefusals.EntityUnverified] };

    private static Observation LookAtSubAccounts(DiagnosisEvidence evidence)
    {
        var entity = evidence.Entity!;
        if (!entity.Standing.Approved)
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
                    new BilingualText(
                        $"子账号已达上限（{entity.Bound}/{entity.Cap}），无法再绑定。",
                        $"All {entity.Cap} sub-accounts are bound ({entity.Bound}); no more can be."
                    ),
                    facts,
                    entity.OpenApplication is null
                        ? Fixes.Apply(evidence.Id, entity.Cap + More)
                        : Fixes.By(Fixes.Reviewer, "等待审核员处理扩容申请", "The reviewers decide on the application for more.")
                )
        );
    }

    private static string Due(DiagnosisEvidence evidence, bool isChinese) =>
        evidence.Entity!.Standing.DueAt is { } due ? LocalTimes.Text(due, isChinese, evidence.Now)
        : isChinese ? "近日"
        : "a day soon";
}
