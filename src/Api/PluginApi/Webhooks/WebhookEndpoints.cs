using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Deliveries;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.PluginApi.Webhooks;

/// <summary>A plugin's endpoint, to which its events are pushed (token of a plugin; neither counted nor billed).</summary>
internal static class WebhookEndpoints
{
    private const int DefaultOverlapHours = 24;
    private const int MaxOverlapHours = 168;

    /// <summary>Events that a dry run looks through for those that the endpoint wants.</summary>
    private const int FilteredBatch = 1_000;

    /// <summary>As long as idempotency keys are kept elsewhere.</summary>
    private static readonly TimeSpan ShownAgain = TimeSpan.FromHours(24);

    public static void MapWebhook(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints
            .MapGroup("/open/v1/webhook")
            .RequireAuthorization(ClientRoles.Plugin)
            .RequireRunningInstallation()
            .WithTags("Plugin out");
        group.MapPut("", Set).WithSummary("Names the endpoint to which events are pushed; the first time shows its secret.");
        group.MapGet("", Get).WithSummary("The endpoint and how its deliveries stand; not counted.");
        group.MapDelete("", Remove).WithSummary("Ends pushing: the plugin pulls, from where it is.");
        group.MapPost("secret", Rotate).WithSummary("Makes a new secret and shows it; the old one signs too for a while.");
        group.MapPost("resume", Resume).WithSummary("Goes on with a parked endpoint, and tries at once what waits.");
        group.MapPost("ping", Ping).WithSummary("Posts a ping to the endpoint and says how it went.");
        group.MapPost("dry-run", DryRun).WithSummary("Shows the next request, signed, without making it.");
        group.MapGet("deliveries", DeliveryLists.Deliveries).Takes("cursor", "limit").WithSummary("The delivery log, newest first.");
        group.MapGet("dead-letters", DeliveryLists.DeadLetters).WithSummary("What was given up and not delivered since.");
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
        var installation = context.CallerInstallation();
        var by = SellerRequest.By(context);
        var endpoint = (await SellerRequest.Body(context, WebhookJson.Default.EndpointRequest)).Read();
        pace.Step(installation, time.GetUtcNow());
        if (await guard.Check(endpoint.Url, context.RequestAborted) is { } forbidden)
        {
            throw new RequestProblemException(forbidden);
        }

        var secret = secrets.Make(Operation(installation, by), time.GetUtcNow());
        var status = await Execute(context, grains, installation, new DeliveryCommand.SetEndpoint(endpoint, secret), by);
        return View(installation, status, Shown(status.Setup, secret, secrets, time), secret.Id);
    }

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains)
    {
        var installation = context.CallerInstallation();
        return View(installation, await Status(context, grains, installation));
    }

    private static async Task<IResult> Remove(HttpContext context, IGrainFactory grains, WebhookPace pace, TimeProvider time)
    {
        var installation = context.CallerInstallation();
        var by = SellerRequest.By(context);
        pace.Step(installation, time.GetUtcNow());
        return View(installation, await Execute(context, grains, installation, new DeliveryCommand.RemoveEndpoint(), by));
    }

    private static async Task<IResult> Rotate(
        HttpContext context,
        IGrainFactory grains,
        WebhookSecrets secrets,
        WebhookPace pace,
        TimeProvider time
    )
    {
        var installation = context.CallerInstallation();
        var by = SellerRequest.By(context);
        var hours = await OverlapHours(context);
        var now = time.GetUtcNow();
        pace.Step(installation, now);
        var secret = secrets.Make(Operation(installation, by), now);
        var command = new DeliveryCommand.RotateSecret(secret, now.AddHours(hours));
        var status = await Execute(context, grains, installation, command, by);
        return View(installation, status, Shown(status.Setup, secret, secrets, time));
    }

    /// <summary>How long the secret before is to sign; throws the problem for what is no such time.</summary>
    internal static async Task<int> OverlapHours(HttpContext context)
    {
        var hours = (await SellerRequest.OptionalBody(context, WebhookJson.Default.SecretRequest))?.OverlapHours ?? DefaultOverlapHours;
        return hours is >= 0 and <= MaxOverlapHours
            ? hours
            : throw new RequestProblemException(DeliveryRefusals.Invalid("overlap_hours", $"0 to {MaxOverlapHours}"));
    }

    private static async Task<IResult> Resume(HttpContext context, IGrainFactory grains, WebhookPace pace, TimeProvider time)
    {
        var installation = context.CallerInstallation();
        var by = SellerRequest.By(context);
        pace.Step(installation, time.GetUtcNow());
        return View(installation, await Execute(context, grains, installation, new DeliveryCommand.Resume(), by));
    }

    private static async Task<IResult> Ping(HttpContext context, IGrainFactory grains, WebhookPace pace, TimeProvider time)
    {
        var installation = context.CallerInstallation();
        pace.Step(installation, time.GetUtcNow());
        var result = (await grains.GetDelivery(installation).Ping(context.RequestAborted)).OrProblem();
        return TypedResults.Json(PingView.Of(result), WebhookJson.Readable.PingView);
    }

    private static async Task<IResult> DryRun(
        HttpContext context,
        IGrainFactory grains,
        WebhookSigner signer,
        WebhookPace pace,
        IOptions<WebhookOptions> options,
        TimeProvider time
    )
    {
        var installation = context.CallerInstallation();
        _ = SellerRequest.By(context);
        var sequence = (await SellerRequest.OptionalBody(context, WebhookJson.Default.DryRunRequest))?.Sequence;
        pace.Step(installation, time.GetUtcNow());
        if (sequence < 1)
        {
            throw new RequestProblemException(DeliveryRefusals.Invalid("sequence", "at least 1"));
        }

        var setup = (await Status(context, grains, installation)).Setup;
        var endpoint = setup.Endpoint ?? throw new RequestProblemException(DeliveryRefusals.NoEndpoint());
        var enough = endpoint.Types.IsDefaultOrEmpty ? endpoint.BatchSize : FilteredBatch;
        var read = (await grains.GetDelivery(installation).Consume(sequence - 1, enough, null, context.RequestAborted)).OrProblem();
        var batch = read with { Events = [.. read.Events.Where(@event => endpoint.Wants(@event.Type)).Take(endpoint.BatchSize)] };
        if (sequence is not null && (batch.Events.IsEmpty || batch.Events[0].Seq != sequence))
        {
            throw new RequestProblemException(DeliveryRefusals.Position("The installation is owed no event of this sequence."));
        }

        return TypedResults.Json(
            await WebhookDryRun.Render(
                installation,
                setup,
                batch,
                signer,
                options.Value.UserAgent,
                time.GetUtcNow(),
                context.RequestAborted
            ),
            WebhookJson.Readable.DryRunView
        );
    }

    internal static async Task<DeliveryStatus> Status(HttpContext context, IGrainFactory grains, InstallationId installation) =>
        await grains.GetDelivery(installation).GetStatus(context.RequestAborted)
        ?? throw new RequestProblemException(InstallationRefusals.NotFound());

    internal static async Task<DeliveryStatus> Execute(
        HttpContext context,
        IGrainFactory grains,
        InstallationId installation,
        DeliveryCommand command,
        Initiator by
    ) => (await grains.GetDelivery(installation).Execute(command, by, context.RequestAborted)).OrProblem();

    internal static string Operation(InstallationId installation, Initiator by) => $"{installation} {by.OperationId}";

    /// <summary>
    /// The text of the secret that this operation made; null if it made none, because there was one already. A repeat with the same
    /// idempotency key is answered as the first was, for the answer that held the secret may have been lost.
    /// </summary>
    internal static string? Shown(DeliverySetup setup, EndpointSecret made, WebhookSecrets secrets, TimeProvider time) =>
        setup.Secrets.FirstOrDefault(secret => secret.Id == made.Id) is { } kept && time.GetUtcNow() - kept.MadeAt < ShownAgain
            ? secrets.Reveal(kept)
            : null;

    private static JsonHttpResult<WebhookView> View(
        InstallationId installation,
        DeliveryStatus status,
        string? secret = null,
        string? created = null
    ) =>
        TypedResults.Json(
            WebhookView.Of(installation, status, secret),
            WebhookJson.Readable.WebhookView,
            statusCode: secret is not null && created is not null ? StatusCodes.Status201Created : StatusCodes.Status200OK
        );
}
