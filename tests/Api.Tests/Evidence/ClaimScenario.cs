using System.Text;
using System.Text.Json;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Evidence;
using Marketplace.Installations;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Evidence;

/// <summary>A shop with one order and a plugin that pulls, with the calls that ask for evidence and file claims.</summary>
internal sealed class ClaimScenario(TestMarketplace marketplace, string installation, string order)
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public string Installation => installation;

    public string Seller => TestMarketplace.SellerOf(installation);

    public string Order => order;

    public MarketplaceClient Client => marketplace.Client;

    public static async Task<ClaimScenario> Open(TestMarketplace marketplace, params string[] grants)
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Everything, grants);
        var order = await marketplace.NewOrder(installation);
        return new ClaimScenario(marketplace, installation, order);
    }

    /// <summary>The same, and the plugin has confirmed the order: its loss is the plugin's.</summary>
    public static async Task<ClaimScenario> OpenConfirmed(TestMarketplace marketplace)
    {
        var scenario = await Open(marketplace);
        await scenario.ConfirmAll();
        return scenario;
    }

    /// <summary>What the developer does, by its plugin's client.</summary>
    public async Task<Answer> Developer(HttpMethod method, string path, object? body = null, string? key = null) =>
        await Client.Send(
            method,
            $"/open/v1/claims{path}",
            await Client.PluginToken(installation),
            body,
            key ?? (method == HttpMethod.Get ? null : MarketplaceClient.NewKey())
        );

    public IDeliveryGrain Delivery =>
        marketplace
            .Services.GetRequiredService<IGrainFactory>()
            .GetGrain<IDeliveryGrain>(GrainKeys.Delivery(InstallationId.Parse(installation, null)));

    /// <summary>What a plugin that pulls does.</summary>
    public async Task ConfirmAll()
    {
        var head = await marketplace
            .Services.GetRequiredService<IGrainFactory>()
            .GetFeed(InstallationId.Parse(installation, null).Seller)
            .GetHead(Ended);
        await Eventually.Get(
            async () =>
            {
                await Delivery.Wake(head);
                var outcome = await Delivery.Confirm(head, DeliveryChannel.Pull, Ended);
                Assert.True(outcome.Succeeded || outcome.Refusal!.Code == DeliveryRefusals.PositionInvalid, outcome.Refusal?.Reason);
                return (await Delivery.GetStatus(Ended))?.Cursor;
            },
            cursor => cursor >= head,
            $"the cursor at {head}"
        );
    }

    public async Task<Answer> Evidence(string query = "", string? token = null) =>
        await Client.Send(
            HttpMethod.Get,
            $"/seller/v1/orders/{order}/evidence?seller={Seller}&plugin={TestPlugins.Everything}{query}",
            token ?? await Client.BoundToken($"{Seller}/{TestPlugins.Everything}", "u-1", "staff")
        );

    public async Task<SignedEvidence> Signed() => SignedEvidence.Decode(Encoding.UTF8.GetBytes((await Evidence()).OrThrow().Text));

    public async Task<Answer> File(
        string evidence,
        decimal amount = 40.5m,
        string reason = "订单丢失",
        string? key = null,
        string role = "owner"
    ) =>
        await Client.Send(
            HttpMethod.Post,
            "/seller/v1/claims",
            await Client.UserToken(Seller, $"u-{role}", role),
            new
            {
                seller = Seller,
                amount,
                reason,
                evidence = JsonElement.Parse(evidence),
            },
            key ?? MarketplaceClient.NewKey()
        );

    public async Task<Answer> Own(HttpMethod method, string path, object? body = null, string role = "owner") =>
        await Client.Send(
            method,
            $"/seller/v1/claims{path}",
            await Client.UserToken(Seller, $"u-{role}", role),
            body,
            method == HttpMethod.Get ? null : MarketplaceClient.NewKey()
        );

    public async Task<Answer> Operator(string claim, string verb, object body, string? key = null) =>
        await Client.Send(
            HttpMethod.Post,
            $"/platform/v1/claims/{Seller}/{claim}/{verb}",
            await Client.OperatorToken(),
            body,
            key ?? MarketplaceClient.NewKey()
        );
}
