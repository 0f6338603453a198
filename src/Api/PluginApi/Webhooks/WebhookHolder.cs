using Marketplace.Api.Http.Problems;
using Marketplace.Deliveries;
using Marketplace.Installations;

namespace Marketplace.Api.PluginApi.Webhooks;

/// <summary>What an endpoint for events belongs to: one installation, or a plugin for all of its own that have none.</summary>
/// <param name="name">Names it in operation ids and to <see cref="WebhookPace"/>.</param>
internal abstract class WebhookHolder(string name)
{
    public string Name => name;

    /// <summary>The text from which the secret and the replay of an operation are named: the same for a repeat.</summary>
    public string OperationOf(Initiator by) => $"{name} {by.OperationId}";

    /// <exception cref="RequestProblemException">There is none.</exception>
    public abstract Task<HeldWebhook> Get(CancellationToken cancellationToken);

    /// <exception cref="RequestProblemException">It is refused.</exception>
    public abstract Task<HeldWebhook> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken);

    /// <exception cref="RequestProblemException">There is no endpoint to ping.</exception>
    public abstract Task<PingResult> Ping(CancellationToken cancellationToken);
}

/// <summary>A holder's endpoint.</summary>
/// <param name="Setup">As the grain says.</param>
/// <param name="View">Makes the answer: of the text of a secret that was just made (null for all others) and the status.</param>
internal sealed record HeldWebhook(DeliverySetup Setup, Func<string?, int, IResult> View);

/// <summary>An installation, whose endpoint goes before that of its plugin.</summary>
internal sealed class InstallationHolder(IGrainFactory grains, InstallationId installation) : WebhookHolder(installation.ToString())
{
    public override async Task<HeldWebhook> Get(CancellationToken cancellationToken) => Held(await GetStatus(cancellationToken));

    public override async Task<HeldWebhook> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken) =>
        Held((await Grain.Execute(command, by, cancellationToken)).OrProblem());

    public override async Task<PingResult> Ping(CancellationToken cancellationToken) => (await Grain.Ping(cancellationToken)).OrProblem();

    /// <summary>How the installation's deliveries stand.</summary>
    /// <exception cref="RequestProblemException">There is no such installation.</exception>
    public async Task<DeliveryStatus> GetStatus(CancellationToken cancellationToken) =>
        await Grain.GetStatus(cancellationToken) ?? throw new RequestProblemException(InstallationRefusals.NotFound());

    private IDeliveryGrain Grain => grains.GetDelivery(installation);

    private HeldWebhook Held(DeliveryStatus status) =>
        new(status.Setup, (secret, code) =>
            TypedResults.Json(WebhookView.Of(installation, status, secret), WebhookJson.Readable.WebhookView, statusCode: code)
        );
}
