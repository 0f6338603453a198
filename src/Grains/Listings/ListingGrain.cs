using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Enterprises;
using Marketplace.Grains.Enterprises;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Listings;
using Marketplace.Reviews;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Listings;

/// <summary>The turn makes listing exact: whichever of gate, tracks and rounds is last, one decision sees all of them.</summary>
[GrainType("listing")]
internal sealed partial class ListingGrain(
    IJournal journal,
    MarketCalendar calendar,
    WorkingDays workingDays,
    IOptions<EnterpriseOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<ListingGrain> logger
) : Grain, IListingGrain
{
    private PluginId _id;

    private IPluginGrain Plugin => GrainFactory.GetGrain<IPluginGrain>(GrainKeys.Of(_id));

    private EventSourcedEntity<Listing?> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            null,
            (state, fact) => Listing.Evolve(_id, state, ListingEvent.Decode(fact.Type, fact.Payload), fact.At)
        );

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = GrainKeys.Parse<PluginId>(this.GetPrimaryKeyString());
        await Entity.Load(cancellationToken);
        await RegisterProfile();
    }

    public async Task<Outcome<Listing>> Execute(ListingCommand command, Initiator by, CancellationToken cancellationToken)
    {
        if (command is ListingCommand.Create && Entity.State is null && await Plugin.Get(cancellationToken) is not null)
        {
            // Registered before listings existed: no developer may take it over by its id.
            return ListingRefusals.Exists();
        }

        var developer = (command.Author ?? Entity.State?.Developer) is { } author
            ? await GrainFactory.GetGrain<IDeveloperGrain>(GrainKeys.Of(author)).Get(cancellationToken)
            : null;
        var done = await Entity.Execute(
            by,
            new EntityCommand<Listing?, ListingEvent>
            {
                Decide = state => ListingRules.Decide(state, command, RulingFor(by, developer)),
                Fingerprint = command.Fingerprint,
                Nothing = new ListingEvent.NothingChanged(),
                BeforeAppend = OpenReviews,
            },
            cancellationToken
        );
        if (done.Refusal is { } refusal)
        {
            return refusal;
        }

        // Also after a repeat: the registration may have failed after the facts.
        await Entity.EndOnFailure(RegisterProfile);
        return done.Value.State!;
    }

    public Task<Listing?> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);

    /// <summary>
    /// Makes the plugin what its listed version says, so that sellers can enable it; without a listed version it is not certified any
    /// more. A crash between fact and registration heals itself, because the next activation registers first.
    /// </summary>
    private async Task RegisterProfile()
    {
        if (Entity.State is not { Versions.IsEmpty: false } listing)
        {
            return;
        }

        var known = await Plugin.Get(CancellationToken.None);
        if (listing.Listed is { } listed)
        {
            var document = await DocumentOf(listed);
            await Register(known, document.Profile! with { Category = listed.Category });
            await AnnouncePrices(known, document);
        }
        else if (known is not null)
        {
            await Register(known, known with { Certified = false });
        }
    }

    private async Task Register(PluginProfile? known, PluginProfile profile)
    {
        // Sellers have accepted the prices of the versions before: those change by announcement only.
        var next = known is null ? profile : profile with { Prices = known.Prices };
        if (known is null || !next.Encode().Span.SequenceEqual(known.Encode().Span))
        {
            await Plugin.Register(next, Initiator.OfMarketplace(OperationId.Internal("listing", Entity.Version)), CancellationToken.None);
        }
    }

    /// <summary>Announces the prices of another version, with the notice that a rise needs, however long the review took (R52).</summary>
    private async Task AnnouncePrices(PluginProfile? known, VersionDocument document)
    {
        var book = document.Profile!.Prices;
        if (known is null || known.PriceSchedule.Last.Tiers.SequenceEqual(book.Tiers))
        {
            return;
        }

        var from = known.PriceSchedule.FirstDayFor(book, document.PricesFrom, calendar, time.GetUtcNow());
        var by = Initiator.OfMarketplace(OperationId.Internal("listing-prices", Entity.Version));
        var announced = await Plugin.AnnouncePrices(new AnnouncePrices(book.Tiers, from), by, CancellationToken.None);
        if (announced.Refusal is { } refusal)
        {
            LogNotAnnounced(_id, document.Submission.Version, refusal.Code, refusal.Reason);
        }
    }

    private async Task<VersionDocument> DocumentOf(PluginVersion version)
    {
        var stored = await GrainFactory
            .GetGrain<IPluginVersionGrain>(GrainKeys.PluginVersion(_id, version.Hash))
            .Read(CancellationToken.None);
        return stored?.Profile is not null
            ? stored
            : throw new InvalidOperationException($"The listed version {version.Hash} of {_id} has no stored profile.");
    }

    /// <summary>Before the facts: a surplus entry in a queue is harmless, a missing one is not.</summary>
    private async Task OpenReviews(ImmutableArray<ListingEvent> events)
    {
        foreach (var track in events.OfType<ListingEvent.TrackOpened>().Select(opened => opened.Track).Distinct())
        {
            await GrainFactory
                .GetGrain<IWorkQueueGrain>(GrainKeys.WorkQueue(WorkQueues.Of(track)))
                .Add(_id.Value, Entity.Version + 1, CancellationToken.None);
        }
    }

    private ListingRuling RulingFor(Initiator by, Developer? developer) =>
        new(
            time.GetUtcNow(),
            by.Actor,
            by.Role,
            developer,
            workingDays,
            new ListingPolicy(WorkingDays.Days(options.Value.ReviewWorkingDays), options.Value.ClaimTime)
        );

    [LoggerMessage(Level = LogLevel.Error, Message = "The prices of {Plugin} {Version} could not be announced: {Code}, {Reason}")]
    private partial void LogNotAnnounced(PluginId plugin, string version, string code, string reason);
}
