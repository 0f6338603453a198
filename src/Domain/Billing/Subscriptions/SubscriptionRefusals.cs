using System.Globalization;
using Marketplace.Sellers;

namespace Marketplace.Billing.Subscriptions;

/// <summary>The refusals around subscriptions.</summary>
public static class SubscriptionRefusals
{
    public const string AddOnNotFound = "add-on-not-found";
    public const string SubscriptionNotFound = "subscription-not-found";
    public const string SubscriptionInvalid = "subscription-invalid";
    public const string SubscriptionPriceChanged = "subscription-price-changed";

    private const string Seller = "seller";

    /// <summary>The plugin offers no such add-on, or the seller has not enabled the plugin.</summary>
    public static Refusal NoAddOn() =>
        new(AddOnNotFound, "The plugin is not enabled, or offers no such add-on.", Seller, "Read the plugin's add-ons in the catalogue.");

    public static Refusal NotFound() =>
        new(SubscriptionNotFound, "There is no such subscription.", Seller, "Read the seller's subscriptions.");

    public static Refusal RoleForbids() => SellerRefusals.Role(SellerRole.Owner);

    /// <param name="monthly">The price in force.</param>
    public static Refusal PriceChanged(decimal monthly) =>
        new(
            SubscriptionPriceChanged,
            string.Create(CultureInfo.InvariantCulture, $"The add-on costs {monthly:0.00} CNY a month, and another price was accepted."),
            Seller,
            "Show the price to the seller and subscribe with it."
        );

    /// <param name="monthly">The price of the plugin.</param>
    public static Refusal PriceOutside(decimal monthly) =>
        new(
            SubscriptionInvalid,
            string.Create(
                CultureInfo.InvariantCulture,
                $"An add-on costs {SubscriptionRules.MinMonthly} to {SubscriptionRules.MaxMonthly} CNY a month, and not {monthly}."
            ),
            "developer",
            "Ask the developer for a version of the plugin with a permitted price."
        );

    /// <param name="length">The longest reason.</param>
    public static Refusal ReasonInvalid(int length) =>
        new(
            SubscriptionInvalid,
            string.Create(CultureInfo.InvariantCulture, $"A reason has at most {length} characters, no line breaks and no buyer's data."),
            Seller,
            "Correct the reason."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Member.Of("reason")),
        };

    /// <summary>The add-on to change to is the same one, or the seller has it already.</summary>
    public static Refusal NoUpgrade() =>
        new(
            SubscriptionInvalid,
            "An upgrade needs another add-on, which is not subscribed yet.",
            Seller,
            "Name another add-on of the plugin."
        );
}
