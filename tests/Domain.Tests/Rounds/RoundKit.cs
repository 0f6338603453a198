using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Domain.Tests.Listings;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Rounds;

namespace Marketplace.Domain.Tests.Rounds;

/// <summary>Rounds as their grain drives them: decided, encoded, decoded, folded.</summary>
internal sealed class RoundKit
{
    public static readonly string Hash = new('a', 64);

    public static readonly ImmutableSortedDictionary<string, ImmutableArray<string>> Operations = ImmutableSortedDictionary
        .Create<string, ImmutableArray<string>>(StringComparer.Ordinal)
        .Add("orders.get", ["orders.read"])
        .Add("orders.flag", ["orders.flag"])
        .Add("products.patch", ["products.write"]);

    public static RoundPolicy Policy { get; } = RoundPolicy.Published with { Orders = 60, Duration = TimeSpan.FromSeconds(20) };

    public VersionRounds? State { get; private set; }

    public ListingKit Listing { get; } = New();

    public DateTimeOffset Now { get; set; } = ListingKit.Start;

    public static ImmutableSortedDictionary<string, string> None { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public static RoundSubject Subject(params string[] scopes) =>
        new(Hash, Profile(scopes.Length > 0 ? scopes : ["orders.flag", "orders.read"]), new Uri("https://hooks.example/events"));

    public static PluginProfile Profile(params string[] scopes) =>
        new(
            ListingKit.Plugin,
            "标签蜂",
            PluginCategory.OrderProcessing,
            true,
            [.. scopes],
            new PriceBook(3, [new PriceTier(1_000, 0m), new PriceTier(5_000, 0.02m)]),
            BurstLimit.Standard,
            DataRegion.Parse("cn")
        );

    public static StartRound Command(long? seed = null) => new(ListingKit.Owner, Hash, seed, 99, None, Operations);

    public string? Start(StartRound command, ActorRole? role = null, RoundSubject? subject = null, string region = "cn")
    {
        var ruling = new RoundRuling(
            Now,
            ActorId.OfUser("center", "ann"),
            role ?? ListingKit.Author,
            Listing.Developer,
            Listing.State,
            subject ?? Subject(),
            Policy,
            DataRegion.Parse(region)
        );
        var decided = RoundRules.Decide(State, command, ruling);
        foreach (var @event in decided.Refusal is null ? decided.Value : [])
        {
            Fold(@event);
        }

        return decided.Refusal?.Code;
    }

    public void Fold(RoundEvent @event) => State = VersionRounds.Evolve(State, RoundEvent.Decode(@event.Type, @event.Encode()), Now);

    /// <summary>A round's end with a result that keeps every limit, unless something came back.</summary>
    public static RoundEvent.Finished Finished(params string[] canaries)
    {
        var plan = RoundPlan.Of(Subject(), Policy, 1, Operations);
        return new RoundEvent.Finished(RoundResult.Of(plan, Policy.Limits, Seen(plan, 20, canaries: canaries), None));
    }

    /// <summary>Every request answered after so many milliseconds; the first so many are refused.</summary>
    public static RoundObservations Seen(RoundPlan plan, double milliseconds, int refused = 0, params string[] canaries) =>
        new(
            [
                .. plan.Requests.Select(
                    (request, index) =>
                        new AnswerSample(plan.Events[request.Event].Type, index >= refused, TimeSpan.FromMilliseconds(milliseconds))
                ),
            ],
            ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal).Add("orders.flag", 3),
            [.. canaries]
        );

    private static ListingKit New()
    {
        var kit = ListingKit.Created();
        kit.Do(ListingKit.Add(Hash, "1.0.0"), "ann", ListingKit.Author);
        return kit;
    }
}
