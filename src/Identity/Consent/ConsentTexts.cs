using System.Runtime.CompilerServices;
using Marketplace.Catalogue;
using Marketplace.Identity.Browser;

namespace Marketplace.Identity.Consent;

/// <summary>The consent page's texts in one language; a member's name is its key in the resource files.</summary>
/// <param name="language">The language.</param>
internal sealed class ConsentTexts(ReaderLanguage language)
{
    private static readonly BilingualTexts Resources = BilingualTexts.Load(typeof(ConsentTexts));

    public ReaderLanguage Language => language;

    public string Title => Text();

    public string Required => Text();

    public string RequiredHint => Text();

    public string NothingRequired => Text();

    public string Optional => Text();

    public string OptionalHint => Text();

    public string GrantedMark => Text();

    public string PendingMark => Text();

    public string Agreement => Text();

    public string Accept => Text();

    public string Deny => Text();

    public string Back => Text();

    public string SignOut => Text();

    public string SwitchUser => Text();

    public string ConfirmTitle => Text();

    public string ConfirmHint => Text();

    public string ConfirmButton => Text();

    public string NotAllowedTitle => Text();

    public string NotAllowed => Text();

    public string AnotherSellerTitle => Text();

    public string UnreadableTitle => Text();

    public string Unreadable => Text();

    public string EntityNote => Text();

    public string Prices => Text();

    public string CallsOfDay => Text();

    public string PriceOfCall => Text();

    public string NoEstimate => Text();

    public string NextPrices(string day, string tiers) => Text(nameof(NextPrices), ("day", day), ("tiers", tiers));

    public string EstimateOfCalls(string calls, string amount) => Text(nameof(EstimateOfCalls), ("calls", calls), ("amount", amount));

    public string EstimateOfOrders(string orders, string calls, string amount) =>
        Text(nameof(EstimateOfOrders), ("orders", orders), ("calls", calls), ("amount", amount));

    public string SuggestedCap(string amount) => Text(nameof(SuggestedCap), ("amount", amount));

    public string Asks(string plugin, string seller) => Text(nameof(Asks), ("plugin", plugin), ("seller", seller));

    public string SignedIn(string user, string seller) => Text(nameof(SignedIn), ("user", user), ("seller", seller));

    public string ForAnother(string? asked) => Text(nameof(ForAnother), ("asked", asked));

    public string Terms(TimeSpan whole, TimeSpan sensitive) =>
        Text(nameof(Terms), ("days", whole.Days), ("sensitive_days", sensitive.Days));

    public string Without(string consequence) => Text(nameof(Without), ("consequence", consequence));

    public string In(BilingualText text) => language.Of(text);

    public string Risk(RiskLevel risk) => Text($"{nameof(Risk)}.{risk}");

    /// <summary>Why the consent was refused.</summary>
    public string Refused(Refusal refusal) =>
        Resources.Find($"{nameof(Refused)}.{refusal.Code}") is { } text
            ? language.Of(text)
            : Text("Refused.other", ("cause", new BilingualText(refusal.Code, refusal.Reason)));

    private string Text([CallerMemberName] string key = "") => language.Of(Resources.Get(key));

    private string Text(string key, params (string Name, object? Value)[] values) => language.Of(Resources.Format(key, values));
}
