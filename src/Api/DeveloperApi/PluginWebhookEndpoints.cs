using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.PluginApi.Webhooks;
using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Identity;
using Marketplace.Installations;

namespace Marketplace.Api.DeveloperApi;

/// <summary>
/// A plugin's endpoint for all its installations without one of their own (token of the plugin's client without installation; the token
/// names the plugin, so no other is reachable).
/// </summary>
internal static class PluginWebhookEndpoints
{
    public static void MapPluginWebhook(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/open/v1/plugin-webhook").RequireAuthorization(ClientRoles.PluginClient).WithTags("Plugin out");
        new WebhookManagement(static (context, grains) => new PluginHolder(grains, context.CallerPlugin())).Map(group);
    }

    private sealed class PluginHolder(IGrainFactory grains, PluginId plugin) : WebhookHolder(plugin.Value)
    {
        public override async Task<HeldWebhook> Get(CancellationToken cancellationToken) => Held(await Grain.Get(cancellationToken));

        public override async Task<HeldWebhook> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken) =>
            Held((await Grain.Execute(command, by, cancellationToken)).OrProblem());

        public override async Task<PingResult> Ping(CancellationToken cancellationToken) =>
            (await Grain.Ping(cancellationToken)).OrProblem();

        private IPluginWebhookGrain Grain => grains.GetGrain<IPluginWebhookGrain>(GrainKeys.PluginWebhook(plugin));

        private HeldWebhook Held(PluginWebhook webhook) =>
            new(webhook.Setup, (secret, code) =>
                TypedResults.Json(PluginWebhookView.Of(plugin, webhook, secret), WebhookJson.Readable.PluginWebhookView, statusCode: code)
            );
    }
}
