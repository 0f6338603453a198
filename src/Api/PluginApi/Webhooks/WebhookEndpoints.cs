using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Deliveries;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Webhooks;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.PluginApi.Webhooks;

/// <summary>A plugin's push endpoint (token of a plugin; neither counted nor billed).</summary>
internal static class WebhookEndpoints
{
    /// <summary>Maximum events searched by a dry run for subscribed types.</summary>
    private const int FilteredBatch = 1_000;

    public static void MapWebhook(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints
            .MapGroup("/open/v1/webhook")
            .RequireAuthorization(ClientRoles.Plugin)
            .RequireRunningInstallation()
            .WithTags("Plugin out");
        new WebhookManagement(Holder).Map(group);
        group.MapPost("dry-run", DryRun).WithSummary("Shows the next request, signed, without making it.");
        group.MapGet("deliveries", DeliveryLists.Deliveries).Takes("cursor", "limit").WithSummary("The delivery log, newest first.");
        group.MapGet("dead-letters", DeliveryLists.DeadLetters).WithSummary("What was given up and not delivered since.");
    }

    /// <summary>The installation that the request's token is bound to.</summary>
    internal static InstallationHolder Holder(HttpContext context, IGrainFactory grains) => new(grains, context.CallerInstallation());

    private static async Task<IResult> DryRun(
        HttpContext context,
        IGrainFactory grains,
        WebhookSigner signer,
        WebhookPace pace,
        IOptions<WebhookOptions> options,
        TimeProvider time
    )
    {
        var (installation, holder) = (context.CallerInstallation(), Holder(context, grains));
        _ = SellerRequest.By(context);
        var sequence = (await SellerRequest.OptionalBody(context, WebhookJson.Default.DryRunRequest))?.Sequence;
        pace.Step(holder, time.GetUtcNow());
        if (sequence < 1)
        {
            throw new RequestProblemException(DeliveryRefusals.Invalid("sequence", "at least 1"));
        }

        var setup = (await holder.GetStatus(context.RequestAborted)).Setup;
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
}
