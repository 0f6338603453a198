using System.Collections.Immutable;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Sellers;

// Needed for a page, a change or a usage alert, and there is one for each seller.
[GrainType("notification-settings"), CollectionAgeLimit(Minutes = 10)]
internal sealed class NotificationSettingsGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    : Grain,
        INotificationSettingsGrain
{
    private EventSourcedEntity<NotificationSettings> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            NotificationSettings.Standard,
            static (_, fact) => NotificationSettings.Decode(fact.Payload)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public Task<NotificationSettings> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);

    public async Task<Outcome<NotificationSettings>> Set(NotificationSettings settings, Initiator by, CancellationToken cancellationToken)
    {
        var done = await Entity.Execute(
            by,
            new EntityCommand<NotificationSettings, NotificationSettings>
            {
                Decide = _ => settings.Fault() is { } fault ? NotificationSettingsRefusals.Invalid(fault) : ImmutableArray.Create(settings),
                Fingerprint = settings.Fingerprint,
            },
            cancellationToken
        );
        return done.Refusal is { } refusal ? refusal : done.Value.State;
    }
}
