using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.PluginApi.Webhooks;
using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Identity;
using Marketplace.Installations;
using Marketplace.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.DeveloperApi;

/// <summary>
/// A plugin's endpoint for all its installations that have none of their own (token of the plugin's client without installation, which
/// names the plugin: nobody reaches another one's).
/// </summary>
internal static class PluginWebhookEndpoints
{
    public static void MapPluginWebhook(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/open/v1/plugin-webhook").RequireAuthorization(ClientRoles.PluginClient).WithTags("Plugin out");
        group
            .MapPut("", Set)
            .WithSummary("Names the endpoint of all installations that have none of their own; the first time shows its secret.");
        group.MapGet("", Get).WithSummary("The endpoint of all installations.");
        group
            .MapDelete("", Remove)
            .WithSummary("Removes the endpoint: installations without one of their own pull, each from where it is.");
        group.MapPost("secret", Rotate).WithSummary("Makes a new secret and shows it; the old one signs too for a while.");
        group.MapPost("resume", Resume).WithSummary("Goes on with all installations that are parked at it.");
        group.MapPost("ping", Ping).WithSummary("Posts a ping to the endpoint and says how it went.");
    }

    private static async Task<IResult> Set(
        HttpContext context,
        IGrainFactory grains,
        AddressGuard guard,
        WebhookSecrets secrets,
        WebhookPace pace,
        TimeProvider time
    )
    {
        var plugin = context.CallerPlugin();
        var by = SellerRequest.By(context);
        var endpoint = (await SellerRequest.Body(context, WebhookJson.Default.EndpointRequest)).Read();
        pace.Step(plugin, time.GetUtcNow());
        if (await guard.Check(endpoint.Url, context.RequestAborted) is { } forbidden)
        {
            throw new RequestProblemException(forbidden);
        }

        var secret = secrets.Make(Operation(plugin, by), time.GetUtcNow());
        var webhook = await Execute(context, grains, plugin, new DeliveryCommand.SetEndpoint(endpoint, secret), by);
        var shown = WebhookEndpoints.Shown(webhook.Setup, secret, secrets, time);
        return View(plugin, webhook, shown, shown is null ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains)
    {
        var plugin = context.CallerPlugin();
        return View(plugin, await Grain(grains, plugin).Get(context.RequestAborted));
    }

    private static async Task<IResult> Remove(HttpContext context, IGrainFactory grains, WebhookPace pace, TimeProvider time)
    {
        var plugin = context.CallerPlugin();
        var by = SellerRequest.By(context);
        pace.Step(plugin, time.GetUtcNow());
        return View(plugin, await Execute(context, grains, plugin, new DeliveryCommand.RemoveEndpoint(), by));
    }

    private static async Task<IResult> Rotate(
        HttpContext context,
        IGrainFactory grains,
        WebhookSecrets secrets,
        WebhookPace pace,
        TimeProvider time
    )
    {
        var plugin = context.CallerPlugin();
        var by = SellerRequest.By(context);
        var hours = await WebhookEndpoints.OverlapHours(context);
        var now = time.GetUtcNow();
        pace.Step(plugin, now);
        var secret = secrets.Make(Operation(plugin, by), now);
        var webhook = await Execute(context, grains, plugin, new DeliveryCommand.RotateSecret(secret, now.AddHours(hours)), by);
        return View(plugin, webhook, WebhookEndpoints.Shown(webhook.Setup, secret, secrets, time));
    }

    private static async Task<IResult> Resume(HttpContext context, IGrainFactory grains, WebhookPace pace, TimeProvider time)
    {
        var plugin = context.CallerPlugin();
        var by = SellerRequest.By(context);
        pace.Step(plugin, time.GetUtcNow());
        return View(plugin, await Execute(context, grains, plugin, new DeliveryCommand.Resume(), by));
    }

    private static async Task<IResult> Ping(HttpContext context, IGrainFactory grains, WebhookPace pace, TimeProvider time)
    {
        var plugin = context.CallerPlugin();
        pace.Step(plugin, time.GetUtcNow());
        return TypedResults.Json(
            PingView.Of((await Grain(grains, plugin).Ping(context.RequestAborted)).OrProblem()),
            WebhookJson.Readable.PingView
        );
    }

    private static IPluginWebhookGrain Grain(IGrainFactory grains, PluginId plugin) =>
        grains.GetGrain<IPluginWebhookGrain>(GrainKeys.PluginWebhook(plugin));

    private static async Task<PluginWebhook> Execute(
        HttpContext context,
        IGrainFactory grains,
        PluginId plugin,
        DeliveryCommand command,
        Initiator by
    ) => (await Grain(grains, plugin).Execute(command, by, context.RequestAborted)).OrProblem();

    private static string Operation(PluginId plugin, Initiator by) => $"{plugin} {by.OperationId}";

    private static JsonHttpResult<PluginWebhookView> View(
        PluginId plugin,
        PluginWebhook webhook,
        string? secret = null,
        int status = StatusCodes.Status200OK
    ) => TypedResults.Json(PluginWebhookView.Of(plugin, webhook, secret), WebhookJson.Readable.PluginWebhookView, statusCode: status);
}
