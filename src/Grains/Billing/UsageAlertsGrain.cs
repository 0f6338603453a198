using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Billing;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Rounds;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Billing;

// Needed at a few calls of a day, and there is one for each installation.
[GrainType("usage-alerts"), CollectionAgeLimit(Minutes = 10)]
internal sealed class UsageAlertsGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    : Grain,
        IUsageAlertsGrain
{
    private EventSourcedEntity<UsageAlerts> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            UsageAlerts.None,
            static (state, fact) => state.After(UsageThreshold.Decode(fact.Payload))
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public async Task Report(ImmutableArray<UsageMark> marks, CancellationToken cancellationToken)
    {
        var seller = GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString()).Seller;
        if (SandboxSellers.Contains(seller))
        {
            // There is no person to be told, and Seller Center knows no such shop.
            return;
        }

        var settings = await GrainFactory
            .GetGrain<INotificationSettingsGrain>(GrainKeys.NotificationSettings(seller))
            .Get(cancellationToken);
        foreach (var threshold in Entity.State.New(marks, settings))
        {
            // The operation is the threshold itself, so that two activations cannot both record it.
            var operation = OperationId.Internal(
                "usage",
                threshold.Measure.ToString(),
                threshold.Period.ToString("O", CultureInfo.InvariantCulture),
                threshold.Percent.ToString(CultureInfo.InvariantCulture),
                threshold.Limit.ToString("0.###", CultureInfo.InvariantCulture)
            );
            if (!await Entity.HasCarriedOut(operation, cancellationToken))
            {
                await Entity.Append(Initiator.OfMarketplace(operation), threshold);
            }
        }
    }
}
