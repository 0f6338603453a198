using System.Collections.Immutable;
using Marketplace.Deliveries;

namespace Marketplace.Journal;

/// <summary>A row of the table of notifications.</summary>
/// <param name="Kind">See <see cref="NotificationTexts.KindOf"/>.</param>
/// <param name="Say">Makes the text; null if sellers are not notified.</param>
internal sealed record Notice(string Kind, Func<FactWords, BilingualText>? Say);

internal static class InstallationNotices
{
    public static Notice[] Rows { get; } =
    [
        new("installation.enabled", w => new($"插件 {w.Plugin} 已启用。", $"The plugin {w.Plugin} was enabled.")),
        new("installation.enablement-started", w =>
            new($"已开始启用插件 {w.Plugin}，请完成授权。", $"Enabling the plugin {w.Plugin} has begun; your consent is needed.")
        ),
        new("installation.consented", w =>
            new($"已授权插件 {w.Plugin}：{w.Scopes("scopes").Zh}。", $"You authorised the plugin {w.Plugin}: {w.Scopes("scopes").En}.")
        ),
        new("installation.grants-changed", w =>
            new(
                $"插件 {w.Plugin} 的权限已变更，现有：{w.Scopes("grants").Zh}。",
                $"The permissions of the plugin {w.Plugin} changed; now: {w.Scopes("grants").En}."
            )
        ),
        new("installation.entity-accepted", w =>
            new($"企业主体已核验，插件 {w.Plugin} 可以运行。", $"Your enterprise is verified; the plugin {w.Plugin} may run.")
        ),
        new("installation.entity-dropped", w =>
            new(
                $"企业主体核验失效，插件 {w.Plugin} 已暂停{w.After("：", "reason")}。",
                $"Your enterprise is no longer verified; the plugin {w.Plugin} is stopped{w.After(": ", "reason")}."
            )
        ),
        new("installation.paused", w =>
            new($"插件 {w.Plugin} 已暂停{w.After("：", "reason")}。", $"The plugin {w.Plugin} was paused{w.After(": ", "reason")}.")
        ),
        new("installation.resumed", w => new($"插件 {w.Plugin} 已恢复。", $"The plugin {w.Plugin} was resumed.")),
        new("installation.suspended", w =>
            new(
                $"平台已停用插件 {w.Plugin}{w.After("：", "reason")}。",
                $"The platform suspended the plugin {w.Plugin}{w.After(": ", "reason")}."
            )
        ),
        new("installation.suspension-lifted", w =>
            new($"平台已解除对插件 {w.Plugin} 的停用。", $"The platform lifted the suspension of the plugin {w.Plugin}.")
        ),
        new("installation.disabled", w =>
            new($"插件 {w.Plugin} 已关闭{w.After("：", "reason")}。", $"The plugin {w.Plugin} was disabled{w.After(": ", "reason")}.")
        ),
        new("installation.settings-changed", w =>
            new($"插件 {w.Plugin} 的设置已变更。", $"The settings of the plugin {w.Plugin} changed.")
        ),
        new("installation.token-revoked", null),
        new("installation.expiry-near", w =>
            new(
                $"插件 {w.Plugin} 的授权{FactWords.Joined(" ", w.Scopes("scopes").Zh)} 将在 {w["hours"]} 小时内到期（{w["expires_at"]}）。",
                $"The authorisation of the plugin {w.Plugin}{FactWords.Joined(" for ", w.Scopes("scopes").En)} ends within "
                    + $"{w["hours"]} hours ({w["expires_at"]})."
            )
        ),
        new("installation.authorisation-expired", w =>
            new(
                $"插件 {w.Plugin} 的授权已过期，请重新授权。",
                $"The authorisation of the plugin {w.Plugin} has expired; please consent again."
            )
        ),
        new("installation.scopes-expired", w =>
            new(
                $"插件 {w.Plugin} 的敏感权限已到期：{w.Scopes("scopes").Zh}。",
                $"Sensitive permissions of the plugin {w.Plugin} have expired: {w.Scopes("scopes").En}."
            )
        ),
        new("installation.review-due", w =>
            new(
                $"插件 {w.Plugin} 的权限该复查了，请查看并关闭闲置权限。",
                $"The monthly review of the plugin {w.Plugin}'s permissions is due; look through them and close what is idle."
            )
        ),
        new("installation.review-signed-off", null),
        new($"installation.{JournalFact.NothingChanged}", null),
    ];
}

internal static class EnterpriseNotices
{
    public static Notice[] Rows { get; } =
    [
        new("enterprise.shop-added", w => new($"店铺 {w["seller"]} 已加入企业主体。", $"The shop {w["seller"]} joined the enterprise.")),
        new("enterprise.shop-removed", w => new($"店铺 {w["seller"]} 已离开企业主体。", $"The shop {w["seller"]} left the enterprise.")),
        new("enterprise.document-added", w => new($"已上传主体材料：{w["document"]}。", $"A document was uploaded: {w["document"]}.")),
        new("enterprise.document-file-replaced", null),
        new("enterprise.review-submitted", w =>
            new($"主体材料已提交审核，最迟 {w["due_at"]} 完成。", $"Your documents were handed in; the review is due by {w["due_at"]}.")
        ),
        new("enterprise.review-claimed", null),
        new("enterprise.review-claim-ended", null),
        new("enterprise.review-info-requested", w =>
            new($"审核需要补充信息：{w["question"]}", $"The review needs more information: {w["question"]}")
        ),
        new("enterprise.enterprise-approved", _ => new("企业主体审核已通过。", "Your enterprise was approved.")),
        new("enterprise.enterprise-rejected", w =>
            new($"企业主体审核未通过：{w["reason"]}", $"Your enterprise was not approved: {w["reason"]}")
        ),
        new("enterprise.enterprise-revoked", w =>
            new($"企业主体资格已被撤销：{w["reason"]}", $"The approval of your enterprise was withdrawn: {w["reason"]}")
        ),
        new("enterprise.enterprise-lapsed", _ =>
            new("企业主体资格已到期，请重新提交。", "The approval of your enterprise has ended; please hand in again.")
        ),
        new("enterprise.shop-approved", w => new($"店铺 {w["seller"]} 审核已通过。", $"The shop {w["seller"]} was approved.")),
        new("enterprise.shop-rejected", w =>
            new($"店铺 {w["seller"]} 审核未通过：{w["reason"]}", $"The shop {w["seller"]} was not approved: {w["reason"]}")
        ),
        new("enterprise.document-viewed", null),
        new("enterprise.review-overdue", _ =>
            new("审核已超过承诺时限，我们正在加急处理。", "The review has passed its due time; it is being hurried.")
        ),
        new("enterprise.sub-account-bound", w =>
            new($"子账号 {w["account"]} 已绑定插件 {w.Plugin}。", $"The sub-account {w["account"]} was bound to the plugin {w.Plugin}.")
        ),
        new("enterprise.sub-account-unbound", w =>
            new(
                $"子账号 {w["account"]} 已与插件 {w.Plugin} 解绑。",
                $"The sub-account {w["account"]} was unbound from the plugin {w.Plugin}."
            )
        ),
        new("enterprise.sub-account-application-submitted", w =>
            new($"子账号扩容申请已提交（{w["template"]}）。", $"Your application for more sub-accounts was handed in ({w["template"]}).")
        ),
        new("enterprise.sub-account-application-approved", w =>
            new(
                $"子账号扩容申请已批准：上限 {w["cap"]}，有效期至 {w["until"]}。",
                $"Your application for more sub-accounts was approved: up to {w["cap"]} until {w["until"]}."
            )
        ),
        new("enterprise.sub-account-application-rejected", w =>
            new($"子账号扩容申请未批准：{w["reason"]}", $"Your application for more sub-accounts was not approved: {w["reason"]}")
        ),
        new("enterprise.sub-account-application-expired", _ => new("子账号扩容已到期。", "The raised number of sub-accounts has ended.")),
        new($"enterprise.{JournalFact.NothingChanged}", null),
    ];
}

internal static class RiskNotices
{
    public static Notice[] Rows { get; } =
    [
        new("risk.hold-raised", w =>
            new(
                $"插件 {w.Plugin} 的操作 {w["operation"]} 存在风险，已拦截，请确认或拒绝。",
                $"The operation {w["operation"]} of the plugin {w.Plugin} is held as risky; please confirm or reject it."
            )
        ),
        new("risk.hold-confirmed", w =>
            new($"已放行插件 {w.Plugin} 的被拦截操作。", $"The held operation of the plugin {w.Plugin} was confirmed.")
        ),
        new("risk.hold-rejected", w =>
            new($"已拒绝插件 {w.Plugin} 的被拦截操作。", $"The held operation of the plugin {w.Plugin} was rejected.")
        ),
        new("risk.hold-reversed", w =>
            new(
                $"已撤回对插件 {w.Plugin} 被拦截操作的处理。",
                $"The decision on the held operation of the plugin {w.Plugin} was taken back."
            )
        ),
        new("risk.write-observed", null),
        new($"risk.{JournalFact.NothingChanged}", null),
    ];
}

internal static class DeliveryNotices
{
    /// <summary>
    /// Groups of kinds that a plugin can cause by itself: of each group a seller keeps one unread notification per installation, the
    /// newest.
    /// </summary>
    public static ImmutableArray<ImmutableArray<string>> Repeatable { get; } =
    [
        ["delivery.endpoint-set", "delivery.endpoint-removed"],
        ["delivery.deliveries-parked", "delivery.deliveries-resumed"],
        ["delivery.replay-finished"],
    ];

    public static Notice[] Rows { get; } =
    [
        new("delivery.endpoint-set", w =>
            new($"插件 {w.Plugin} 现在通过推送接收店铺事件。", $"The plugin {w.Plugin} has its events pushed to an address of its own now.")
        ),
        new("delivery.endpoint-removed", w =>
            new($"插件 {w.Plugin} 已停止推送，改为自行拉取事件。", $"The plugin {w.Plugin} fetches its events by itself now.")
        ),
        new("delivery.secret-rotated", null),
        new("delivery.deliveries-parked", w =>
            new(
                $"插件 {w.Plugin} 的事件推送已暂停：{Why(w["reason"]).Zh}。积压的事件全部保留，恢复后补发。",
                $"The plugin {w.Plugin} gets no events now: {Why(w["reason"]).En}. What waits is kept and follows once deliveries go on."
            )
        ),
        new("delivery.deliveries-resumed", w =>
            new($"插件 {w.Plugin} 的事件推送已恢复。", $"The plugin {w.Plugin} gets its events again.")
        ),
        new("delivery.replay-requested", null),
        new("delivery.replay-finished", w =>
            new(
                $"插件 {w.Plugin} 的事件重放已完成：已送达 {w["sent"]}，失败 {w["failed"]}。",
                $"A replay of events to the plugin {w.Plugin} is through: {w["sent"]} delivered, {w["failed"]} failed."
            )
        ),
        new($"delivery.{JournalFact.NothingChanged}", null),
    ];

    private static BilingualText Why(string reason) =>
        reason switch
        {
            ParkReasons.Gone => new("接收地址已失效", "its address is gone"),
            ParkReasons.Exhausted => new("约三天内全部投递失败", "everything failed for about three days"),
            ParkReasons.TooManyDeadLetters => new("投递失败的事件过多", "too many single events had to be given up"),
            _ => new(reason, reason),
        };
}

internal static class ClaimNotices
{
    public static Notice[] Rows { get; } =
    [
        new("claim.claim-filed", w =>
            new(
                "索赔已提交，等待插件开发者答复和平台裁定。",
                "Your claim was filed; the developer is asked to answer, and the platform decides."
            )
        ),
        new("claim.claim-withdrawn", w => new("索赔已撤回。", "The claim was withdrawn.")),
        new("claim.claim-answered", w =>
            new($"插件开发者已答复索赔{w.After("：", "text")}", $"The developer answered the claim{w.After(": ", "text")}")
        ),
        new("claim.claim-answer-extended", w =>
            new(
                $"插件开发者的答复期限已延长{w.After("：", "reason")}",
                $"The developer has more time to answer the claim{w.After(": ", "reason")}"
            )
        ),
        new("claim.claim-accepted", w => new($"索赔已被认可{w.After("：", "reason")}", $"The claim was accepted{w.After(": ", "reason")}")),
        new("claim.claim-rejected", w =>
            new(
                $"索赔未被认可{w.After("：", "reason")}。可申请复核一次。",
                $"The claim was rejected{w.After(": ", "reason")}. You may ask once for a second look."
            )
        ),
        new("claim.claim-reopened", w => new("索赔已进入复核。", "The claim is looked at a second time.")),
        new("claim.claim-settled", w =>
            new(
                $"索赔已赔付 {w["amount_cny"]} {Currency(w)}（{w["reference"]}）。",
                $"The claim was settled with {w["amount_cny"]} {Currency(w)} ({w["reference"]})."
            )
        ),
        new($"claim.{JournalFact.NothingChanged}", null),
        new("claims.claim-listed", null),
    ];

    // Claims of earlier releases have no currency and are in CNY.
    private static string Currency(FactWords words) => words["currency"] is { Length: > 0 } currency ? currency : Money.BillingCurrency;
}

internal static class OtherNotices
{
    public static Notice[] Rows { get; } =
    [
        new("seller.plugin-added", null),
        new("seller.enterprise-linked", null),
        new("diagnosis.outcome-told", null),
        new("schema.version-announced", null),
        // Hundreds a day; the trail records who opened and saw what.
        new("label.address-opened", null),
        new("label.label-created", null),
        new("label.label-viewed", null),
    ];
}
