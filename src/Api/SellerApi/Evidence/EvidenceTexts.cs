using System.Globalization;
using Marketplace.Evidence;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.SellerApi.Evidence;

/// <summary>The evidence page's texts in one language.</summary>
/// <param name="language">The language.</param>
internal sealed class EvidenceTexts(ReaderLanguage language)
{
    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    public ReaderLanguage Language => language;

    public string Title => In("订单同步证据", "Evidence of an order's delivery");

    public string Order => In("订单", "Order");

    public string Installation => In("店铺 / 插件", "Shop / plugin");

    public string MadeAt => In("生成时间", "Made at");

    public string Verdict => In("责任判定", "Attribution");

    public string Decisive => In("决定性事件", "Decided by event");

    public string Counts => In("事件", "Events");

    public string Uncertified =>
        In(
            "该插件未经认证。依据服务协议第 7.5 条，使用未认证工具产生的损失平台不承担责任。",
            "This plugin is not certified. Under clause 7.5 of the service agreement the platform is not liable for losses "
                + "from tools that are not certified."
        );

    public string Terms => In("协议与设置", "Agreement and settings");

    public string Agreement => In("插件服务协议", "Plugin service agreement");

    public string NoAgreement => In("当前没有有效的授权协议。", "No agreement is in force.");

    public string Accepted => In("接受时间", "accepted");

    public string Mode => In("投递方式", "Delivery");

    public string Settings => In("设置变更", "Settings in time");

    public string Scopes => In("权限", "Scopes");

    public string Window => In("同步窗口（小时）", "Sync window (hours)");

    public string NoWindow => In("不限", "all orders");

    public string State => In("状态", "State");

    public string Since => In("生效时间", "From");

    public string Journeys => In("逐跳记录", "Hop by hop");

    public string NoEvents => In("没有可显示的事件。", "There are no events to show.");

    public string NotOwed => In("无需投递", "not owed");

    public string When => In("时间", "When");

    public string Hop => In("步骤", "Hop");

    public string Details => In("详情", "Details");

    public string Row => In("日志行", "Log row");

    public string Happened => In("发生于", "Happened");

    public string Data => In("事件数据 SHA-256", "SHA-256 of the event's data");

    public string Sent => In("发送内容", "sent");

    public string Received => In("答复", "answered");

    public string Rows => In("投递日志与哈希链", "Rows of the delivery log, chained by hash");

    public string RowsHint =>
        In(
            "每行的哈希由前一行的哈希与本行内容算出；JSON 版本包含全部内容，可逐行复算。",
            "Each hash is made from the hash before and the row's contents; the JSON form holds them whole, so that each can be recomputed."
        );

    public string Previous => In("前一行哈希", "Hash before");

    public string Hash => In("本行哈希", "Hash");

    public string Signature => In("签名", "Signature");

    public string SignatureHint =>
        In(
            "本页由以下证据文件生成。请保存该文件，并用 ledger evidence verify 离线核验；公钥见 /.well-known/marketplace-keys。",
            "This page shows the file named below. Keep the file and check it offline with `ledger evidence verify`; the keys "
                + "are at /.well-known/marketplace-keys."
        );

    public string SaveFile => In("保存证据文件（JSON）", "Save the file (JSON)");

    public string Key => In("密钥", "Key");

    public string Bundle => In("证据文件 SHA-256", "SHA-256 of the bundle");

    public const string None = "–";

    /// <summary>An instant as text: Beijing time in Chinese, UTC in English.</summary>
    public string At(DateTimeOffset at) =>
        language is ReaderLanguage.Chinese
            ? at.ToOffset(Beijing).ToString("yyyy-MM-dd HH:mm:ss.fff '北京时间'", CultureInfo.InvariantCulture)
            : at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    public string In(BilingualText text) => language.Of(text);

    public string Party(EvidenceParty party) =>
        party switch
        {
            EvidenceParty.None => In("无责任问题", "nobody"),
            EvidenceParty.Open => In("尚未判定", "undecided"),
            EvidenceParty.Platform => In("平台", "platform"),
            EvidenceParty.Plugin => In("插件开发者", "plugin's developer"),
            EvidenceParty.Receiver => In("接收方服务器", "receiver's server"),
            _ => In("卖家设置", "seller's setting"),
        };

    public string StateOf(EvidenceState state) =>
        state switch
        {
            EvidenceState.Acknowledged => In("已按时接收", "taken in time"),
            EvidenceState.Late => In("接收过晚", "taken late"),
            EvidenceState.Withheld => NotOwed,
            EvidenceState.Waiting => In("尚未接收", "not taken yet"),
            _ => In("已放弃（死信）", "given up (dead letter)"),
        };

    public string Step(EvidenceHop hop) =>
        hop.What switch
        {
            "accepted" => In("平台接收事件", "accepted by the platform"),
            "withheld" => In("不投递", "withheld"),
            "throttled" => In($"接收方要求稍后再投（第 {hop.Attempt ?? 1} 次）", $"attempt {hop.Attempt ?? 1} was put off by the receiver"),
            "failed" => In($"第 {hop.Attempt ?? 1} 次投递失败", $"attempt {hop.Attempt ?? 1} failed"),
            "acknowledged" => In("插件确认接收", "acknowledged by the plugin"),
            "dead" => In("放弃投递（死信）", "given up (dead letter)"),
            "parked" => In("投递已停放", "deliveries parked"),
            _ => In("投递恢复", "deliveries resumed"),
        };

    public string Tally(EvidenceVerdict verdict) =>
        In(
            $"应投递 {verdict.Owed}，已接收 {verdict.Acknowledged}（其中过晚 {verdict.Late}），无需投递 {verdict.Withheld}",
            $"{verdict.Owed} owed, {verdict.Acknowledged} taken ({verdict.Late} of them late), {verdict.Withheld} not owed"
        );

    /// <summary>A phase of the installation.</summary>
    public string Phase(string phase) =>
        phase switch
        {
            "running" => In("运行中", "running"),
            "paused" => In("卖家已暂停", "paused by the seller"),
            "suspended" => In("平台已停用", "suspended by the platform"),
            "disabled" => In("已关闭", "disabled"),
            "authorisation-expired" => In("授权过期", "authorisation expired"),
            "awaiting-entity" => In("等待企业主体核验", "awaiting the enterprise's verification"),
            _ => In("等待授权", "awaiting consent"),
        };

    public string ModeOf(EvidenceRoute? route) =>
        route?.Mode switch
        {
            EvidenceRoute.Push => In("推送到插件的接收地址", "pushed to the plugin's endpoint"),
            EvidenceRoute.Pull => In("由插件拉取", "pulled by the plugin"),
            _ => In("从未投递", "never delivered"),
        };

    private string In(string zh, string en) => language.Of(zh, en);
}
