using System.Collections.Frozen;
using Marketplace.Diagnostics.Checks;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Risk;

namespace Marketplace.Diagnostics;

/// <summary>The meaning of a code for sellers, in both languages; figures belong to the finding.</summary>
public static class ErrorTexts
{
    private static readonly BilingualText Unknown = new(
        "调用未被接受，请把错误日志 ID 提供给插件技术支持。",
        "The call was not accepted; give the error-log id to the plugin's support."
    );

    private static readonly FrozenDictionary<string, BilingualText> Table = new Dictionary<string, BilingualText>
    {
        [QuotaRefusals.QuotaExceeded] = new("API 配额超限：今日调用次数已用完。", "The day's API quota is used up."),
        [QuotaRefusals.BurstExceeded] = new("插件短时间内调用过于频繁。", "The plugin called more often than its short-term limit allows."),
        [QuotaRefusals.AbnormalUsageCode] = new(
            "插件今日收到的错误应答过多，调用被暂停到明天零点。",
            "Too many of the plugin's calls were answered with an error; it may call again tomorrow."
        ),
        [QuotaRefusals.SpendCapReached] = new("本月费用已达到卖家设置的上限。", "The month's spend has reached the seller's cap."),
        [QuotaRefusals.ScopeMissing] = new("插件调用了未授权的接口。", "The plugin called an operation whose scope is not granted."),
        [QuotaRefusals.ScopePending] = new("卖家尚未决定是否授予此权限。", "The seller has not yet decided on the scope."),
        [QuotaRefusals.ScopeExpiredCode] = new("敏感权限的授权已到期。", "The grant of the sensitive scope has expired."),
        [QuotaRefusals.TokenRevoked] = new("插件使用的 token 已被撤销（token 失效）。", "The plugin's token was revoked."),
        [FindingCodes.TokenExpired] = new("插件使用的 token 已过期（token 失效）。", "The plugin's token has expired."),
        [QuotaRefusals.RegionMismatch] = new("插件调用了其他区域的接口地址。", "The plugin called another region's endpoint."),
        [QuotaRefusals.KeyReused] = new("插件把同一幂等键用于不同的写入。", "The plugin used an idempotency key for two different writes."),
        [QuotaRefusals.KeyInProgress] = new("同一幂等键的第一次写入尚未结束。", "The first write with the idempotency key had not ended."),
        [QuotaRefusals.PermitExpired] = new("调用耗时过长，未计费。", "The call took too long; nothing was billed."),
        [InstallationRefusals.InstallationPaused] = new("卖家已暂停该插件。", "The seller paused the installation."),
        [InstallationRefusals.InstallationSuspended] = new("平台已暂停该插件。", "The platform suspended the installation."),
        [InstallationRefusals.InstallationDisabled] = new("卖家已停用该插件。", "The seller disabled the plugin."),
        [InstallationRefusals.ConsentMissing] = new("卖家尚未授权该插件。", "The seller has not consented to the plugin."),
        [InstallationRefusals.EntityUnverified] = new("卖家的企业主体未通过认证。", "The seller's enterprise is not verified."),
        [InstallationRefusals.AuthorisationExpired] = new(
            "卖家对该插件的授权已到期。",
            "The seller's authorisation of the plugin has expired."
        ),
        [RiskRefusals.RiskHold] = new("该写入存在风险，等待卖家确认。", "The write looks risky and waits for the seller's decision."),
        [InstallationRefusals.InstallationNotFound] = new("卖家未启用该插件。", "The seller has not enabled the plugin."),
        [InstallationRefusals.PluginNotCertified] = new("该插件的认证已失效。", "The plugin is not certified."),
        [InstallationRefusals.ScopeNotCertifiedCode] = new("该插件没有通过此权限的认证。", "The plugin is not certified for the scope."),
        [SyncRefusals.OutsideSyncWindow] = new("订单不在同步时间窗内。", "The order lies outside the sync window."),
        [SyncRefusals.OrderNotFound] = new("没有这个订单。", "There is no such order."),
        [SyncRefusals.ProductNotFound] = new("没有这个商品。", "There is no such product."),
        [SyncRefusals.TrackingNotFound] = new("没有这个运单。", "There is no such waybill."),
        [SyncRefusals.OrderStateConflict] = new("订单当前状态不允许此操作。", "The order's state does not allow this."),
        [FindingCodes.StorageUnavailable] = new(
            "平台存储暂时不可用，未计费。",
            "A store of the platform did not answer; nothing was billed."
        ),
        [FindingCodes.UpstreamFailing] = new(
            "外部服务没有应答或出错，未计费。",
            "A service behind the platform did not answer or failed; nothing was billed."
        ),
        [FindingCodes.PlatformFailing] = new("平台出错，未计费。", "The platform failed; nothing was billed."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The sentence for a code; a general one for unknown codes.</summary>
    public static BilingualText Of(string code) =>
        Table.GetValueOrDefault(code)
        ?? (CallChecks.Mistakes.Contains(code) ? new("插件发送的请求无法通过。", "The plugin sent a request that cannot pass.") : Unknown);
}
