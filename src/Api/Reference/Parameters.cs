using Marketplace.Events;

namespace Marketplace.Api.Reference;

/// <summary>Parameters shared by several operations, each described once.</summary>
internal static class Parameters
{
    public static readonly ParameterReference Seller = new("seller", ParameterKind.Text, "The seller's id.")
    {
        Required = true,
        Minimum = 1,
        Maximum = 64,
        Example = "shenzhen-lamp",
    };

    public static readonly ParameterReference Plugin = new("plugin", ParameterKind.Text, "The plugin's id.")
    {
        Minimum = 1,
        Maximum = 64,
        Example = "order-pilot",
    };

    public static readonly ParameterReference Installation = new(
        "installation",
        ParameterKind.Text,
        "The installation: seller id, a slash, plugin id."
    )
    {
        Required = true,
        Example = "shenzhen-lamp/order-pilot",
    };

    public static readonly ParameterReference Cursor = new(
        "cursor",
        ParameterKind.Text,
        "Where the page begins: `next_cursor` of the page before. Without it the list begins at its start."
    );

    public static readonly ParameterReference From = new("from", ParameterKind.Instant, "Only what is not earlier than this instant.");

    public static readonly ParameterReference To = new("to", ParameterKind.Instant, "Only what is earlier than this instant.");

    public static readonly ParameterReference OrderId = new("order_id", ParameterKind.Text, "Only of this order.")
    {
        Minimum = 1,
        Maximum = EventLimits.MaxIdLength,
        Example = "D-0001",
    };

    public static readonly ParameterReference Key = new(
        "Idempotency-Key",
        ParameterKind.Text,
        "A text of the caller's choice that names this request. The same request with the same key within 24 hours is answered "
            + "from the first; another request with it is refused."
    )
    {
        InHeader = true,
        Minimum = 1,
        Maximum = 255,
        Example = "3f0c0f6e-5a3c-4c6e-9d0e-1f0f5b0a8f11",
    };

    public static readonly ParameterReference PageLanguage = OneOf("lang", "The language of the page.", "zh", "en");

    public static readonly ParameterReference PageLanguages = new(
        "ui_locales",
        ParameterKind.Text,
        "The reader's languages, the best first (OpenID Connect); asked after `lang` and before `Accept-Language`."
    )
    {
        Example = "zh-CN en",
    };

    public static ParameterReference Limit(int most, int otherwise) =>
        new("limit", ParameterKind.Number, "How many entries a page has at most.")
        {
            Minimum = 1,
            Maximum = most,
            Default = otherwise,
        };

    public static ParameterReference OneOf(string name, string description, params string[] values) =>
        new(name, ParameterKind.Text, description) { Values = [.. values] };
}
