using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Deliveries;
using Marketplace.Webhooks;

namespace Marketplace.Api.PluginApi.Webhooks;

/// <summary>The operations on an endpoint, common to all owners: set, read, remove, rotate the secret, resume, ping.</summary>
/// <param name="holderOf">Determines the endpoint's owner from a request's token.</param>
internal sealed class WebhookManagement(Func<HttpContext, IGrainFactory, WebhookHolder> holderOf)
{
    private const int DefaultOverlapHours = 24;
    private const int MaxOverlapHours = 168;

    /// <summary>As long as idempotency keys are kept elsewhere.</summary>
    private static readonly TimeSpan ShownAgain = TimeSpan.FromHours(24);

    /// <summary>Maps the operations into the owner's group.</summary>
    public void Map(RouteGroupBuilder group)
    {
        group.MapPut("", Set).WithSummary("Names the endpoint to which events are pushed; the first time shows its secret.");
        group.MapGet("", Get).WithSummary("The endpoint and the state of its deliveries; not counted.");
        group.MapDelete("", Remove).WithSummary("Ends pushing: events are pulled from where their delivery is.");
        group.MapPost("secret", Rotate).WithSummary("Makes a new secret and shows it; the old one signs too for a while.");
        group.MapPost("resume", Resume).WithSummary("Goes on where the endpoint is parked, and tries at once what waits.");
        group.MapPost("ping", Ping).WithSummary("Posts a ping to the endpoint and says how it went.");
    }

    private async Task<IResult> Set(
        HttpContext context,
        IGrainFactory grains,
        AddressGuard guard,
        WebhookSecrets secrets,
        WebhookPace pace,
        TimeProvider time
    )
    {
        var holder = holderOf(context, grains);
        var by = SellerRequest.By(context);
        var endpoint = (await SellerRequest.Body(context, WebhookJson.Default.EndpointRequest)).Read();
        pace.Step(holder, time.GetUtcNow());
        if (await guard.Check(endpoint.Url, context.RequestAborted) is { } forbidden)
        {
            throw new RequestProblemException(forbidden);
        }

        var secret = secrets.Make(holder.OperationOf(by), time.GetUtcNow());
        var held = await holder.Execute(new DeliveryCommand.SetEndpoint(endpoint, secret), by, context.RequestAborted);
        var shown = Shown(held.Setup, secret, secrets, time);
        return held.View(shown, shown is null ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private async Task<IResult> Get(HttpContext context, IGrainFactory grains) =>
        (await holderOf(context, grains).Get(context.RequestAborted)).View(null, StatusCodes.Status200OK);

    private Task<IResult> Remove(HttpContext context, IGrainFactory grains, WebhookPace pace, TimeProvider time) =>
        Execute(context, holderOf(context, grains), pace, time, new DeliveryCommand.RemoveEndpoint());

    private async Task<IResult> Rotate(
        HttpContext context,
        IGrainFactory grains,
        WebhookSecrets secrets,
        WebhookPace pace,
        TimeProvider time
    )
    {
        var holder = holderOf(context, grains);
        var by = SellerRequest.By(context);
        var hours = await OverlapHours(context);
        var now = time.GetUtcNow();
        pace.Step(holder, now);
        var secret = secrets.Make(holder.OperationOf(by), now);
        var held = await holder.Execute(new DeliveryCommand.RotateSecret(secret, now.AddHours(hours)), by, context.RequestAborted);
        return held.View(Shown(held.Setup, secret, secrets, time), StatusCodes.Status200OK);
    }

    private Task<IResult> Resume(HttpContext context, IGrainFactory grains, WebhookPace pace, TimeProvider time) =>
        Execute(context, holderOf(context, grains), pace, time, new DeliveryCommand.Resume());

    private async Task<IResult> Ping(HttpContext context, IGrainFactory grains, WebhookPace pace, TimeProvider time)
    {
        var holder = holderOf(context, grains);
        pace.Step(holder, time.GetUtcNow());
        return TypedResults.Json(PingView.Of(await holder.Ping(context.RequestAborted)), WebhookJson.Readable.PingView);
    }

    private static async Task<IResult> Execute(
        HttpContext context,
        WebhookHolder holder,
        WebhookPace pace,
        TimeProvider time,
        DeliveryCommand command
    )
    {
        var by = SellerRequest.By(context);
        pace.Step(holder, time.GetUtcNow());
        return (await holder.Execute(command, by, context.RequestAborted)).View(null, StatusCodes.Status200OK);
    }

    /// <summary>How long the previous secret keeps signing.</summary>
    /// <exception cref="RequestProblemException">The value is invalid.</exception>
    private static async Task<int> OverlapHours(HttpContext context)
    {
        var hours = (await SellerRequest.OptionalBody(context, WebhookJson.Default.SecretRequest))?.OverlapHours ?? DefaultOverlapHours;
        return hours is >= 0 and <= MaxOverlapHours
            ? hours
            : throw new RequestProblemException(DeliveryRefusals.Invalid("overlap_hours", $"0 to {MaxOverlapHours}"));
    }

    /// <summary>
    /// The text of the secret made by this operation; null if it made none, because there was one already. A repeat with the same
    /// idempotency key gets the first answer, because the answer with the secret may have been lost.
    /// </summary>
    private static string? Shown(DeliverySetup setup, EndpointSecret made, WebhookSecrets secrets, TimeProvider time) =>
        setup.Secrets.FirstOrDefault(secret => secret.Id == made.Id) is { } kept && time.GetUtcNow() - kept.MadeAt < ShownAgain
            ? secrets.Reveal(kept)
            : null;
}
