using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Billing.Subscriptions;
using Marketplace.Catalogue;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Billing;

[GrainType("subscription"), CollectionAgeLimit(Minutes = 10)]
internal sealed class SubscriptionGrain(
    IJournal journal,
    MarketCalendar calendar,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, ISubscriptionGrain
{
    private PluginId _plugin;
    private string _addOn = string.Empty;

    private EventSourcedEntity<Subscription> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            Subscription.None,
            static (state, fact) => Subscription.Evolve(state, SubscriptionEvent.Decode(fact.Type, fact.Payload))
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var parts = this.GetPrimaryKeyString().Split('/');
        (_plugin, _addOn) = (PluginId.Parse(parts[2], null), parts[3]);
        return Entity.Load(cancellationToken);
    }

    public async Task<Outcome<Subscription>> Subscribe(
        decimal monthly,
        DateOnly? billedNotBefore,
        Initiator by,
        CancellationToken cancellationToken
    )
    {
        var terms = await ReadTerms(cancellationToken);
        // The offer is looked up: a repeat gets the first answer, even if the plugin offers the add-on no longer.
        return await Execute(
            SubscriptionCommand.Subscribe.FingerprintOf(monthly),
            state =>
                terms is null
                    ? SubscriptionRefusals.NoAddOn()
                    : Decide(
                        state,
                        new SubscriptionCommand.Subscribe(terms, monthly, options.Value.TrialDays) { BilledNotBefore = billedNotBefore },
                        by
                    ),
            by,
            cancellationToken
        );
    }

    public Task<Outcome<Subscription>> Cancel(bool atOnce, string? reason, Initiator by, CancellationToken cancellationToken)
    {
        var command = new SubscriptionCommand.Cancel(atOnce, reason);
        return Execute(command.Fingerprint, state => Decide(state, command, by), by, cancellationToken);
    }

    public Task<Subscription> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);

    private Outcome<ImmutableArray<SubscriptionEvent>> Decide(Subscription state, SubscriptionCommand command, Initiator by)
    {
        var decided = SubscriptionRules.Decide(state, command, by.Role, calendar.DayOf(time.GetUtcNow()));
        return decided.Refusal is { } refusal
            ? refusal
            : (ImmutableArray<SubscriptionEvent>)
                [.. decided.Value.Select(@event => @event with { Plugin = _plugin.Value, AddOn = _addOn })];
    }

    private async Task<Outcome<Subscription>> Execute(
        string fingerprint,
        Func<Subscription, Outcome<ImmutableArray<SubscriptionEvent>>> decide,
        Initiator by,
        CancellationToken cancellationToken
    )
    {
        var done = await Entity.Execute(
            by,
            new EntityCommand<Subscription, SubscriptionEvent>
            {
                Decide = decide,
                Fingerprint = fingerprint,
                Nothing = new SubscriptionEvent.NothingChanged(),
            },
            cancellationToken
        );
        return done.Refusal is { } refusal ? refusal : done.Value.State;
    }

    /// <summary>What the add-on costs now; null if the plugin does not offer it.</summary>
    private async Task<SubscriptionTerms?> ReadTerms(CancellationToken cancellationToken)
    {
        var plugin = await GrainFactory.GetGrain<IPluginGrain>(GrainKeys.Of(_plugin)).Get(cancellationToken);
        return
            plugin is { Certified: true, Block: null, Listing: { } listing }
            && listing.AddOns.FirstOrDefault(offer => offer.Id == _addOn) is { } offered
            ? new SubscriptionTerms(offered.Name, offered.Monthly, plugin.Manifest.Version)
            : null;
    }
}
