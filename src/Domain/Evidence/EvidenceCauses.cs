using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Marketplace.Evidence;

/// <summary>A cause, the party responsible for it, and its texts.</summary>
public sealed record EvidenceCause(string Code, EvidenceParty Party, BilingualText Text);

/// <summary>The table of all causes: why an event is in its state, and which party is responsible (R66).</summary>
public static class EvidenceCauses
{
    public const string DeliveredInTime = "delivered-in-time";
    public const string WaitingInTime = "waiting-in-time";
    public const string OrderUnknown = "order-unknown";

    public const string ScopeNeverGranted = "scope-never-granted";
    public const string ScopeWithdrawn = "scope-withdrawn";
    public const string ScopeExpired = "scope-expired";
    public const string OutsideSyncWindow = "outside-sync-window";
    public const string BeforeEnabling = "before-enabling";
    public const string ConsentMissing = "consent-missing";
    public const string EntityUnverified = "entity-unverified";
    public const string PausedBySeller = "paused-by-seller";
    public const string DisabledBySeller = "disabled-by-seller";
    public const string AuthorisationExpired = "authorisation-expired";

    public const string SuspendedByPlatform = "suspended-by-platform";
    public const string RegionMismatch = "region-mismatch";
    public const string SourceLate = "source-late";
    public const string PlatformOutage = "platform-outage";
    public const string InternalError = "platform-internal-error";
    public const string NotDispatched = "not-dispatched";
    public const string DispatchedLate = "dispatched-late";

    public const string ScopeNotCertified = "scope-not-certified";
    public const string TypeNotWanted = "type-not-wanted";
    public const string EndpointRejects = "endpoint-rejects";
    public const string EndpointRedirects = "endpoint-redirects";
    public const string EndpointGone = "endpoint-gone";
    public const string EndpointForbidden = "endpoint-forbidden-address";
    public const string EndpointThrottles = "endpoint-throttles";
    public const string EventRefused = "event-refused";
    public const string NotPulled = "not-pulled";
    public const string ConfirmedLate = "confirmed-late";
    public const string AcknowledgedThenLost = "acknowledged-then-lost";

    public const string ReceiverTimeout = "receiver-timeout";
    public const string ReceiverError = "receiver-error";
    public const string ReceiverUnreachable = "receiver-unreachable";
    public const string ReceiverTls = "receiver-tls";
    public const string ReceiverNameNotFound = "receiver-name-not-found";
    public const string ReceiverBadAnswer = "receiver-bad-answer";

    /// <summary>All causes, by party.</summary>
    public static ImmutableArray<EvidenceCause> All { get; } =
    [
        Of(
            DeliveredInTime,
            EvidenceParty.None,
            "所有应送达的事件均已按时被插件接收。",
            "Every event that is owed was taken by the plugin in time."
        ),
        Of(
            WaitingInTime,
            EvidenceParty.Open,
            "事件仍在投递期限内，尚不能判定责任。",
            "The delivery is still within its schedule; nobody can be blamed yet."
        ),
        Of(
            OrderUnknown,
            EvidenceParty.Open,
            "平台没有该订单可供此插件读取的事件，请核对订单号。",
            "There is no event of this order that could concern the plugin; check the order id."
        ),
        Of(
            ScopeNeverGranted,
            EvidenceParty.SellerSetting,
            "卖家从未授予读取该事件所需的权限。",
            "The seller never granted the scope that opens the event."
        ),
        Of(
            ScopeWithdrawn,
            EvidenceParty.SellerSetting,
            "卖家已撤回读取该事件所需的权限。",
            "The seller had withdrawn the scope that opens the event."
        ),
        Of(
            ScopeExpired,
            EvidenceParty.SellerSetting,
            "敏感权限已到期，卖家未续期。",
            "The sensitive scope had run out and was not renewed."
        ),
        Of(
            OutsideSyncWindow,
            EvidenceParty.SellerSetting,
            "订单早于卖家设置的同步时间窗口。",
            "The order is older than the sync window that the seller has set."
        ),
        Of(BeforeEnabling, EvidenceParty.SellerSetting, "事件发生时插件尚未启用。", "The event came before the plugin was enabled."),
        Of(ConsentMissing, EvidenceParty.SellerSetting, "卖家尚未完成授权。", "The seller had not consented."),
        Of(EntityUnverified, EvidenceParty.SellerSetting, "卖家的企业主体未通过核验。", "The seller's enterprise was not verified."),
        Of(PausedBySeller, EvidenceParty.SellerSetting, "卖家暂停了插件。", "The seller had paused the plugin."),
        Of(DisabledBySeller, EvidenceParty.SellerSetting, "卖家关闭了插件。", "The seller had disabled the plugin."),
        Of(
            AuthorisationExpired,
            EvidenceParty.SellerSetting,
            "授权已过期，卖家未续期。",
            "The authorisation had run out and was not renewed."
        ),
        Of(SuspendedByPlatform, EvidenceParty.Platform, "平台停用了插件。", "The platform had suspended the plugin."),
        Of(RegionMismatch, EvidenceParty.Platform, "该安装由其他区域处理。", "The installation is served in another region."),
        Of(
            SourceLate,
            EvidenceParty.Platform,
            "平台的数据源送来事件过晚；此后的投递是及时的。",
            "The platform's own source brought the event late; from then on it went in time."
        ),
        Of(
            PlatformOutage,
            EvidenceParty.Platform,
            "平台服务中断期间事件无法送达。",
            "The platform itself did not run for so long that the event came late."
        ),
        Of(
            InternalError,
            EvidenceParty.Platform,
            "平台内部错误导致投递失败。",
            "An error within the platform kept the event from being sent."
        ),
        Of(NotDispatched, EvidenceParty.Platform, "事件应投递而平台尚未尝试。", "The event was due and the platform has made no attempt."),
        Of(
            DispatchedLate,
            EvidenceParty.Platform,
            "平台投递过晚，接收方没有失败记录。",
            "The platform sent the event late, without any failure of the receiver."
        ),
        Of(
            ScopeNotCertified,
            EvidenceParty.Plugin,
            "插件未获该权限的认证。",
            "The plugin is not certified for the scope that opens the event."
        ),
        Of(
            TypeNotWanted,
            EvidenceParty.Plugin,
            "插件的接收地址未订阅此类事件。",
            "The plugin's endpoint does not want events of this type."
        ),
        Of(
            EndpointRejects,
            EvidenceParty.Plugin,
            "插件的接收地址拒绝请求（4xx），其配置有误。",
            "The plugin's endpoint refuses the requests (4xx): it is set up wrongly."
        ),
        Of(
            EndpointRedirects,
            EvidenceParty.Plugin,
            "插件的接收地址返回重定向，平台不会跟随。",
            "The plugin's endpoint redirects, which is not followed."
        ),
        Of(
            EndpointGone,
            EvidenceParty.Plugin,
            "插件的接收地址答复已不存在（410），投递已停放。",
            "The plugin's endpoint answered that it is gone (410); deliveries are parked."
        ),
        Of(
            EndpointForbidden,
            EvidenceParty.Plugin,
            "插件的接收地址指向禁止访问的网络。",
            "The plugin's endpoint leads to an address that must not be connected to."
        ),
        Of(
            EndpointThrottles,
            EvidenceParty.Plugin,
            "插件的接收地址要求稍后再投（Retry-After），事件因此过晚。",
            "The plugin's endpoint put the deliveries off (Retry-After)."
        ),
        Of(
            EventRefused,
            EvidenceParty.Plugin,
            "插件在全部重试后仍未接收此事件，而其他事件已接收。",
            "The plugin did not take this event in all attempts, while it took others."
        ),
        Of(
            NotPulled,
            EvidenceParty.Plugin,
            "事件可供拉取，而插件没有拉取并确认。",
            "The event was there to be pulled, and the plugin has not confirmed it."
        ),
        Of(
            ConfirmedLate,
            EvidenceParty.Plugin,
            "事件及时可供拉取，插件确认过晚。",
            "The event was there in time, and the plugin confirmed it late."
        ),
        Of(
            AcknowledgedThenLost,
            EvidenceParty.Plugin,
            "插件已确认接收；自确认起由插件方负责。",
            "The plugin acknowledged the event; from then on it is answerable for it."
        ),
        Of(ReceiverTimeout, EvidenceParty.Receiver, "接收方未在时限内答复。", "The receiver did not answer in time."),
        Of(
            ReceiverError,
            EvidenceParty.Receiver,
            "接收方答复错误（5xx 或限流）。",
            "The receiver answered with an error (5xx, or too many requests)."
        ),
        Of(ReceiverUnreachable, EvidenceParty.Receiver, "无法连接接收方。", "The receiver could not be reached."),
        Of(ReceiverTls, EvidenceParty.Receiver, "与接收方的 TLS 连接失败。", "The TLS connection to the receiver failed."),
        Of(ReceiverNameNotFound, EvidenceParty.Receiver, "接收方的域名无法解析。", "The receiver's name could not be resolved."),
        Of(ReceiverBadAnswer, EvidenceParty.Receiver, "接收方的答复无法识别。", "The receiver's answer could not be understood."),
    ];

    private static readonly FrozenDictionary<string, EvidenceCause> ByCode = All.ToFrozenDictionary(
        cause => cause.Code,
        StringComparer.Ordinal
    );

    /// <summary>The cause of a code.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static EvidenceCause Find(string code) => ByCode[code];

    private static EvidenceCause Of(string code, EvidenceParty party, string zh, string en) => new(code, party, new BilingualText(zh, en));
}
