using System.Runtime.CompilerServices;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.SellerApi.Billing;

/// <summary>The printed bill's texts in one language; a member's name is its key in the resource files.</summary>
/// <param name="language">The language.</param>
internal sealed class BillTexts(ReaderLanguage language)
{
    private static readonly BilingualTexts Resources = BilingualTexts.Load(typeof(BillTexts));

    public string AddOn => Text();

    public string Adjustments => Text();

    public string Amount => Text();

    public string Api => Text();

    public string Calls => Text();

    public string Closed => Text();

    public string Day => Text();

    public string Days => Text();

    public string Month => Text();

    public string Monthly => Text();

    public string Open => Text();

    public string Plugin => Text();

    public string Price => Text();

    public string Reason => Text();

    public string Reference => Text();

    public string Seller => Text();

    public string State => Text();

    public string StatementTotal => Text();

    public string Subscriptions => Text();

    public string Tier => Text();

    public string Title => Text();

    public string Total => Text();

    public string Usage => Text();

    private string Text([CallerMemberName] string key = "") => language.Of(Resources.Get(key));
}
