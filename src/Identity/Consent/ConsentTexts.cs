using Marketplace.Catalogue;
using Marketplace.Identity.Browser;
using Marketplace.Installations;

namespace Marketplace.Identity.Consent;

/// <summary>The consent page's texts in one language.</summary>
/// <param name="language">The language.</param>
internal sealed class ConsentTexts(ReaderLanguage language)
{
    public ReaderLanguage Language => language;

    public string Title => In("授权插件", "Authorise a plugin");

    public string Required => In("必要权限（认证的最小权限）", "Necessary scopes (the certified minimum)");

    public string RequiredHint =>
        In("插件没有这些权限无法工作，不能取消勾选。", "The plugin does not work without these; they cannot be unticked.");

    public string NothingRequired => In("此插件没有必要权限。", "The plugin needs no scope to work.");

    public string Optional => In("可选权限", "Optional scopes");

    public string OptionalHint => In("默认不勾选。只勾选您需要的功能。", "Not ticked by default. Tick only what you need.");

    public string GrantedMark => In("当前已授权", "granted now");

    public string PendingMark => In("新版本新增", "new in this version");

    public string Agreement => In("授权协议", "Agreement");

    public string Accept => In("同意协议并授权", "Accept the agreement and authorise");

    public string Deny => In("拒绝", "Refuse");

    public string Back => In("返回修改", "Back");

    public string SignOut => In("退出登录", "Sign out");

    public string SwitchUser => In("换一个用户登录", "Sign in as another user");

    public string ConfirmTitle => In("确认授予更多权限", "Confirm the broader grant");

    public string ConfirmHint =>
        In(
            "以下权限超出插件所需的最小权限。授权过宽会增加店铺风险，请确认您确实需要。",
            "These scopes go beyond what the plugin needs. A grant that is too broad puts the shop at risk; confirm that you mean it."
        );

    public string ConfirmButton => In("确认授予", "Confirm the grant");

    public string NotAllowedTitle => In("您的角色不能授权", "Your role cannot authorise");

    public string NotAllowed =>
        In(
            "只有店主可以同意协议并授予权限。店员和财务不能授权；请让店主登录后完成。",
            "Only an owner accepts agreements and grants scopes. Staff and finance cannot; have an owner sign in and do it."
        );

    public string AnotherSellerTitle => In("登录的不是这个店铺", "Signed in for another shop");

    public string UnreadableTitle => In("表单无法读取", "The form could not be read");

    public string Unreadable => In("请从插件重新开始。", "Please start again from the plugin.");

    public string EntityNote =>
        In(
            "企业主体审核通过后授权才生效；在此之前插件的调用会被拒绝。",
            "The authorisation takes effect once the enterprise is verified; until then the plugin's calls are refused."
        );

    public string Asks(string plugin, string seller) =>
        In($"“{plugin}”请求访问店铺 {seller}", $"“{plugin}” asks for access to the shop {seller}");

    public string SignedIn(string user, string seller) => In($"已登录：{user}（店铺 {seller}）", $"Signed in: {user} (shop {seller})");

    public string ForAnother(string? asked) => In($"插件请求的店铺是 {asked}。", $"The plugin asks for the shop {asked}.");

    public string Terms(TimeSpan whole, TimeSpan sensitive) =>
        In(
            $"授权有效期 {whole.Days} 天，敏感权限 {sensitive.Days} 天；可随时在【应用中心】→【权限管理】关闭。",
            $"The authorisation lasts {whole.Days} days, sensitive scopes {sensitive.Days} days; close it at any time in App "
                + $"Center → Permissions."
        );

    public string Without(string consequence) => In($"不授权时：{consequence}", $"Without it: {consequence}");

    public string In(BilingualText text) => language.Of(text);

    public string Risk(RiskLevel risk) =>
        risk switch
        {
            RiskLevel.R1 => In("读取 · 普通", "read · ordinary"),
            RiskLevel.R2 => In("读取 · 敏感", "read · sensitive"),
            RiskLevel.W1 => In("写入 · 普通", "write · ordinary"),
            _ => In("写入 · 敏感", "write · sensitive"),
        };

    /// <summary>Why the consent was refused.</summary>
    public string Refused(Refusal refusal) =>
        refusal.Code switch
        {
            InstallationRefusals.AgreementChangedCode => In(
                "协议已更新，请阅读新版本后再授权。",
                "The agreement has changed; read the new version before you authorise."
            ),
            InstallationRefusals.PluginNotCertified => In(
                "插件尚未通过认证，不能授权。",
                "The plugin is not certified, so it cannot be authorised."
            ),
            _ => In($"未能授权（{refusal.Code}）。", refusal.Reason),
        };

    private string In(string zh, string en) => language.Of(zh, en);
}
