using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Enterprises;
using Marketplace.Journal;
using Marketplace.Listings;
using Xunit;

namespace Marketplace.Domain.Tests.Listings;

/// <summary>A listing as its grain drives it: decided, encoded, decoded, folded.</summary>
internal sealed class ListingKit
{
    public static readonly PluginId Plugin = PluginId.Parse("tag-bee", null);
    public static readonly DeveloperId Owner = DeveloperId.Parse("lamp-works", null);
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);

    public static ActorRole Security { get; } = ActorRole.Of("security-reviewer-user");

    public static ActorRole Business { get; } = ActorRole.Of("business-reviewer-user");

    public static ActorRole Author { get; } = ActorRole.OfDeveloper(DeveloperRole.Developer);

    public Listing? State { get; private set; }

    public Developer? Developer { get; set; } = NewDeveloper(Owner, verified: true);

    public DateTimeOffset Now { get; set; } = Start;

    public List<ListingEvent> Facts { get; } = [];

    /// <summary>A plugin with one version whose gate has no blocking findings, submitted to both tracks.</summary>
    public static ListingKit Submitted(string hash = "h1")
    {
        var kit = Created();
        kit.Do(Add(hash, "1.0.0"), "ann", Author);
        kit.Do(new ListingCommand.Submit(Owner, hash), "ann", Author);
        return kit;
    }

    public static ListingKit Created()
    {
        var kit = new ListingKit();
        kit.Do(new ListingCommand.Create(Owner), "ann", Author);
        return kit;
    }

    public static ListingCommand.AddVersion Add(
        string hash,
        string version,
        int blocking = 0,
        PluginCategory category = PluginCategory.OrderProcessing
    ) => new(Owner, new(hash, version, category, new("v", "access-2026-12", new(2026, 11, 23), blocking)));

    public static ListingCommand.Decide Approve(string hash, ReviewTrack track, PluginCategory category = PluginCategory.OrderProcessing) =>
        new(hash, track, TrackVerdict.Approve, [], track == ReviewTrack.Business ? Full(category) : None, "access-2026-12");

    public static ListingCommand.Decide Reject(string hash, ReviewTrack track, TrackVerdict verdict = TrackVerdict.Reject) =>
        new(
            hash,
            track,
            verdict,
            ["It loses orders."],
            track == ReviewTrack.Business ? Full(PluginCategory.OrderProcessing) : None,
            "access-2026-12"
        );

    public static ImmutableSortedDictionary<string, int> None { get; } =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    public static ImmutableSortedDictionary<string, int> Full(PluginCategory category) =>
        BusinessRubric.Of(category).ToImmutableSortedDictionary(one => one.Key, _ => BusinessRubric.MaxPoints, StringComparer.Ordinal);

    /// <summary>A round of half an hour that begins so many hours after the start.</summary>
    public static ListingCommand.RecordRound Round(string hash, int hours, long seed, bool passed = true) =>
        new(hash, new($"{hash}-{hours}-{seed}", seed, Start.AddHours(hours), Start.AddHours(hours).AddMinutes(30), passed));

    public void DecideTrack(string hash, ReviewTrack track, ListingCommand decision)
    {
        var (who, role) = track == ReviewTrack.Security ? ("sam", Security) : ("bea", Business);
        Do(new ListingCommand.Claim(hash, track), who, role);
        Do(decision, who, role);
    }

    public void Rounds(string hash)
    {
        Now = Start.AddHours(20);
        for (var i = 1; i <= PluginVersion.RoundsNeeded; i++)
        {
            Do(Round(hash, 2 * i, i), null, ActorRole.Platform);
        }
    }

    /// <summary>Both approvals and the rounds of a submitted version.</summary>
    public void Certify(string hash)
    {
        DecideTrack(hash, ReviewTrack.Security, Approve(hash, ReviewTrack.Security));
        DecideTrack(hash, ReviewTrack.Business, Approve(hash, ReviewTrack.Business));
        Rounds(hash);
    }

    public void Do(ListingCommand command, string? person, ActorRole role)
    {
        var done = Decide(command, person, role);
        Assert.True(done.Refusal is null, done.Refusal?.Reason);
        Fold(done.Value);
    }

    /// <summary>The refusal's code; null if the command passes, which then takes effect.</summary>
    public string? Try(ListingCommand command, string? person, ActorRole role)
    {
        var done = Decide(command, person, role);
        if (done.Refusal is null)
        {
            Fold(done.Value);
        }

        return done.Refusal?.Code;
    }

    public static Developer NewDeveloper(DeveloperId id, bool verified, DeveloperStanding standing = DeveloperStanding.Active) =>
        new(
            id,
            new CompanyCheck(
                new Company(Licence.Parse("91350100M000100Y43", null), "Lamp Works"),
                verified ? CompanyState.Approved : CompanyState.Submitted,
                Start,
                Start,
                null,
                null
            ),
            new DeveloperContacts("a@b.example", null),
            "2026-01",
            standing,
            null,
            ImmutableSortedDictionary
                .Create<string, DeveloperRole>(StringComparer.Ordinal)
                .Add("ann", DeveloperRole.Developer)
                .Add("fay", DeveloperRole.Finance),
            Start,
            1
        );

    private Outcome<ImmutableArray<ListingEvent>> Decide(ListingCommand command, string? person, ActorRole role)
    {
        var by = person is null ? ActorId.Parse("platform") : ActorId.OfUser("center", person);
        var policy = new ListingPolicy(WorkingDays.Days(2), TimeSpan.FromHours(4));
        return ListingRules.Decide(State, command, new ListingRuling(Now, by, role, Developer, WorkingDays.Published, policy));
    }

    private void Fold(ImmutableArray<ListingEvent> events)
    {
        foreach (var @event in events)
        {
            State = Listing.Evolve(Plugin, State, ListingEvent.Decode(@event.Type, @event.Encode()), Now);
            Facts.Add(@event);
        }
    }
}
