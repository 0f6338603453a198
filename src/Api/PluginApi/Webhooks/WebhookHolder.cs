using Marketplace.Api.Http.Problems;
using Marketplace.Deliveries;
using Marketplace.Installations;

namespace Marketplace.Api.PluginApi.Webhooks;

/// <summary>The owner of an endpoint: one installation, or a plugin for all its installations without one of their own.</summary>
/// <param name="name">Identifies it in operation ids and for <see cref="WebhookPace"/>.</param>
internal abstract class WebhookHolder(string name)
{
    public string Name => name;

    /// <summary>The text that the ids of an operation's secret and replay are derived from: the same for a repeat.</summary>
    public string OperationOf(Initiator by) => $"{name} {by.OperationId}";

    /// <exception cref="RequestProblemException">There is no endpoint.</exception>
    public abstract Task<HeldWebhook> Get(CancellationToken cancellationToken);

    /// <exception cref="RequestProblemException">The command is refused.</exception>
    public abstract Task<HeldWebhook> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken);

    /// <exception cref="RequestProblemException">There is no endpoint to ping.</exception>
    public abstract Task<PingResult> Ping(CancellationToken cancellationToken);
}

/// <summary>An owner's endpoint.</summary>
/// <param name="Setup">The grain's answer.</param>
/// <param name="View">Makes the answer from the text of a newly made secret (null otherwise) and the status.</param>
internal sealed record HeldWebhook(DeliverySetup Setup, Func<string?, int, IResult> View);

/// <summary>An installation; its own endpoint takes precedence over its plugin's.</summary>
internal sealed class InstallationHolder(IGrainFactory grains, InstallationId installation) : WebhookHolder(installation.ToString())
{
    public override async Task<HeldWebhook> Get(CancellationToken cancellationToken) => Held(await GetStatus(cancellationToken));

    public override async Task<HeldWebhook> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken) =>
        Held((await Grain.Execute(command, by, cancellationToken)).OrProblem());

    public override async Task<PingResult> Ping(CancellationToken cancellationToken) => (await Grain.Ping(cancellationToken)).OrProblem();

    /// <summary>The state of the installation's deliveries.</summary>
    /// <exception cref="RequestProblemException">The installation does not exist.</exception>
    public async Task<DeliveryStatus> GetStatus(CancellationToken cancellationToken) =>
        await Grain.GetStatus(cancellationToken) ?? throw new RequestProblemException(InstallationRefusals.NotFound());

    private IDeliveryGrain Grain => grains.GetDelivery(installation);

    private HeldWebhook Held(DeliveryStatus status) =>
        new(status.Setup, (secret, code) =>
            TypedResults.Json(WebhookView.Of(installation, status, secret), WebhookJson.Readable.WebhookView, statusCode: code)
        );
}
