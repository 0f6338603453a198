using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Catalogue;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.Http.Problems;

/// <summary>
/// A problem document's texts in the reader's language: title, detail and fix, with local times. Codes, evidence, instants and other
/// machine-readable members stay unchanged.
/// </summary>
internal static partial class ProblemTexts
{
    private static readonly FrozenDictionary<string, string> Counters = new Dictionary<string, string>
    {
        ["daily"] = "每日调用次数",
        ["burst"] = "短时调用次数",
        ["spend"] = "本月费用（元）",
        ["errors"] = "今日出错调用次数",
        ["incidents"] = "未解除的故障",
        ["sub-accounts"] = "已绑定子账号",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Evidence that names the subject of a refusal.
    private static readonly string[] NamingFacts = ["member", "parameter", "attribute", "field", "fields", "operation"];

    /// <summary>The problem's title.</summary>
    public static string Title(ProblemKind kind, ReaderLanguage language) =>
        language is ReaderLanguage.Chinese ? ProblemTitles.Chinese.GetValueOrDefault(kind.Code, "请求未被接受") + "。" : kind.Title;

    /// <summary>The sentence with figures.</summary>
    public static string Detail(Refusal refusal, ProblemKind kind, ReaderLanguage language, DateTimeOffset now)
    {
        if (language is not ReaderLanguage.Chinese)
        {
            return LocalTimes.Replace(refusal.Reason, isChinese: false, now);
        }

        var title = Title(kind, language);
        if (IsAboutForm(kind) && refusal.Reason != kind.Title)
        {
            // The invalid member and its expected form exist in English only; the title alone would hide them.
            return $"{title.TrimEnd('。')}：{LocalTimes.Replace(refusal.Reason, isChinese: false, now)}";
        }

        var parts = new List<string>();
        if (refusal is { Counter: { } counter, Limit: { } limit })
        {
            parts.Add(
                $"{Counters.GetValueOrDefault(counter, counter)}上限 {Number(limit)}"
                    + (refusal.Used is { } used ? $"，已用 {Number(used)}" : "")
            );
        }

        if (refusal.ResetsAt is { } resets)
        {
            parts.Add($"{LocalTimes.Text(resets, isChinese: true, now)} 重置");
        }

        if (Names(refusal) is { Length: > 0 } names)
        {
            parts.Add($"涉及 {string.Join('、', names)}");
        }

        return parts.Count == 0 ? title : $"{title.TrimEnd('。')}：{string.Join('，', parts)}。";
    }

    /// <summary>What the party that can lift the refusal must do.</summary>
    public static string Fix(Refusal refusal, ReaderLanguage language, DateTimeOffset now)
    {
        if (language is not ReaderLanguage.Chinese)
        {
            return LocalTimes.Replace(refusal.Fix, isChinese: false, now);
        }

        var call = Call().Match(refusal.Fix) is { Success: true } match ? $"：{match.Value}" : "";
        var wait = refusal.RetryAt is { } at ? $"，{LocalTimes.Text(at, isChinese: true, now)} 之后可重试" : "";
        return ProblemFixes.Chinese.GetValueOrDefault(refusal.Code, "请按说明处理") + call + wait + "。";
    }

    private static bool IsAboutForm(ProblemKind kind) =>
        kind.Status is StatusCodes.Status400BadRequest or StatusCodes.Status422UnprocessableEntity;

    /// <summary>The subject of the refusal, in the request's own names.</summary>
    private static string[] Names(Refusal refusal)
    {
        var evidence = refusal.Evidence ?? FrozenDictionary<string, string>.Empty;
        var scopes = refusal.TryGet(RefusalFacts.Scope, out var need) ? Scopes(need) : null;
        var named = NamingFacts.Select(name => evidence.GetValueOrDefault(name)).Prepend(scopes).OfType<string>();
        return [.. named.Concat(Quoted().Matches(refusal.Reason).Select(match => match.Groups[1].Value)).Distinct(StringComparer.Ordinal)];
    }

    private static string Scopes(ScopeNeed need) => string.Join('或', need.Scopes.Select(Scope));

    private static string Scope(string scope) =>
        ScopeCatalogue.Of(scope).Name.Zh is var name && name == scope ? scope : $"{name}（{scope}）";

    private static string Number(decimal number) => number.ToString("0.####", CultureInfo.InvariantCulture);

    [GeneratedRegex("(GET|PUT|POST|DELETE) /[^\\s,;]*[^\\s,;.]", RegexOptions.CultureInvariant)]
    private static partial Regex Call();

    [GeneratedRegex("'([A-Za-z0-9_.:-]{1,64})'", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();
}
