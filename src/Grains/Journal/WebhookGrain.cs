using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Journal;

/// <summary>
/// Sends one seller's pending webhooks, oldest first; a failed one is postponed, and a permanent failure becomes a dead letter. A second
/// Deliver interleaves and returns at once. Snapshot.
/// </summary>
[GrainType("webhook")]
internal sealed class WebhookGrain(
    IWebhookSender sender,
    INotifications notifications,
    IJournalTail tail,
    IDeadLetters deadLetters,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IWebhookGrain
{
    private const int Batch = 20;

    private bool _delivering;

    private SellerId Seller => GrainKeys.Parse<SellerId>(this.GetPrimaryKeyString());

    public async Task Deliver(CancellationToken cancellationToken)
    {
        if (_delivering)
        {
            return;
        }

        _delivering = true;
        try
        {
            await DeliverOwed(cancellationToken);
        }
        finally
        {
            _delivering = false;
        }
    }

    public Task Retry(AuditItem item, CancellationToken cancellationToken) => Send(item, cancellationToken);

    private async Task DeliverOwed(CancellationToken cancellationToken)
    {
        foreach (var owed in await notifications.ReadOwed(Seller, Batch, cancellationToken))
        {
            // In order: a postponed message holds back later ones.
            if (owed.Due > time.GetUtcNow() || !await Deliver(owed, cancellationToken))
            {
                return;
            }
        }
    }

    private async Task<bool> Deliver(DueWebhook owed, CancellationToken cancellationToken)
    {
        var item = (await tail.ReadAfter(owed.Position - 1, 1, cancellationToken))[0];
        try
        {
            await Send(item, cancellationToken);
        }
        catch (AuditFailureException e)
        {
            if (owed.Attempts < sender.Pauses.Count)
            {
                var due = time.GetUtcNow() + sender.Pauses[owed.Attempts];
                await notifications.PutOff(Seller, owed.Position, owed.Attempts + 1, due, cancellationToken);
                return false;
            }

            await deadLetters.Put(Letter(item, e, owed.Attempts + 1), cancellationToken);
        }

        await notifications.Settle(Seller, owed.Position, cancellationToken);
        return true;
    }

    private async Task Send(AuditItem item, CancellationToken cancellationToken)
    {
        if (await GrainFactory.TextOf(item.Fact, cancellationToken) is { } text)
        {
            await sender.Send(WebhookMessages.Of(Seller, item, text), cancellationToken);
        }
    }

    private NewDeadLetter Letter(AuditItem item, AuditFailureException e, int attempts) =>
        new(
            this.GetGrainId().Type.ToString()!,
            this.GetPrimaryKeyString(),
            item.Position,
            item.Fact.Entity,
            item.Fact.Version,
            item.Fact.Type,
            e.Message,
            attempts,
            time.GetUtcNow()
        );
}
