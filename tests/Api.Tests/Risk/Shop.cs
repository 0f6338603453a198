using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Risk;

namespace Marketplace.Api.Tests.Risk;

/// <summary>A seller with a product and a plugin that may write listings, and the operators' hold on the rules.</summary>
internal sealed class Shop(TestMarketplace marketplace, string installation)
{
    public const string Product = "lamp-1";

    // Every process judges by rules at most a second old.
    private static readonly TimeSpan InForce = TimeSpan.FromMilliseconds(1_100);

    public string Installation => installation;

    public string Seller => TestMarketplace.SellerOf(installation);

    private MarketplaceClient Client => marketplace.Client;

    /// <summary>A shop of its own with the demo's translator, whose certified purpose is titles and attributes.</summary>
    public static async Task<Shop> Open(TestMarketplace marketplace, string plugin = "lingua", params string[] grants)
    {
        string[] scopes = grants.Length > 0 ? grants : ["products.read", "products.write"];
        var shop = new Shop(marketplace, await marketplace.NewInstallation(plugin, scopes));
        var product = new
        {
            title = "Lamp",
            category = "lamps",
            price = 12.5m,
            currency = "CNY",
        };
        (await marketplace.Client.SendEvents([CloudEvents.Of("product.updated", shop.Seller, Product, product)])).OrThrowIfRejected();
        return shop;
    }

    public Task<Answer> Patch(object fields, string? key = null) =>
        Client.Call(installation, HttpMethod.Patch, $"products/{Product}", fields, key);

    public async Task<JsonElement> Holds() => (await Send(HttpMethod.Get, "holds", null)).OrThrow().Json;

    public async Task<JsonElement> Permissions() => (await Send(HttpMethod.Get, "permissions", null)).OrThrow().Json;

    /// <summary>What the seller's owner does, any answer.</summary>
    public async Task<Answer> Send(HttpMethod method, string path, object? body, string? role = "owner") =>
        await Client.Send(
            method,
            $"/seller/v1/installations/{installation}/{path}",
            await Client.BoundToken(installation, $"user-{role}", role!),
            body,
            method == HttpMethod.Get ? null : MarketplaceClient.NewKey()
        );

    public Task<Answer> Decide(string hold, string decision, string role = "owner") =>
        Send(HttpMethod.Post, $"holds/{hold}/{decision}", new { reason = "test" }, role);

    /// <summary>The rules are these while the action runs, then the standard ones.</summary>
    public static async Task With(TestMarketplace marketplace, ImmutableArray<RiskRule> rules, Func<Task> action)
    {
        await Set(marketplace, rules);
        try
        {
            await action();
        }
        finally
        {
            await Set(marketplace, RiskRuleSet.Standard.Rules);
        }
    }

    private static async Task Set(TestMarketplace marketplace, ImmutableArray<RiskRule> rules)
    {
        var body = new { rules = JsonElement.Parse(rules.IsEmpty ? "[]"u8 : new RiskRuleSet(0, rules).Encode().Span) };
        (
            await marketplace.Client.Send(HttpMethod.Put, "/platform/v1/risk/rules", await marketplace.Client.OperatorToken(), body)
        ).OrThrow();
        await Task.Delay(InForce, TestContext.Current.CancellationToken);
    }
}
