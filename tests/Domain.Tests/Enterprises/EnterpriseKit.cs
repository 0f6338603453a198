using System.Globalization;
using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Journal;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Enterprises;

/// <summary>One enterprise whose commands are decided and folded as its grain does it, and kept as facts.</summary>
internal sealed class EnterpriseKit
{
    public static readonly Licence Licence = Licence.Parse("91350100M000100Y43", null);
    public static readonly SellerId First = SellerId.Parse("shop-1", null);
    public static readonly SellerId Second = SellerId.Parse("shop-2", null);
    public static readonly PluginId Plugin = PluginId.Parse("label-printer", null);

    private readonly List<(string Type, ReadOnlyMemory<byte> Payload, DateTimeOffset At)> _facts = [];

    /// <summary>Monday, 2026-11-23, 09:00 in Shanghai.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 11, 23, 9, 0, 0, TimeSpan.FromHours(8));

    public EnterprisePolicy Policy { get; set; } = EnterprisePolicy.Standard;

    public Enterprise? State { get; private set; }

    public int Facts => _facts.Count;

    public IReadOnlyList<(string Type, ReadOnlyMemory<byte> Payload, DateTimeOffset At)> All => _facts;

    /// <summary>Decides and folds; answers the events, or the refusal's code.</summary>
    public (IReadOnlyList<EnterpriseEvent> Events, string? Refused) Try(EnterpriseCommand command, string actor = "reviewer-1")
    {
        var decision = EnterpriseRules.Decide(State, command, new Ruling(Now, ActorId.Parse(actor), WorkingDays.Published, Policy));
        if (decision.Refusal is { } refusal)
        {
            return ([], refusal.Code);
        }

        foreach (var @event in decision.Value)
        {
            _facts.Add((@event.Type, @event.Encode(), Now));
            State = EnterpriseFold.Evolve(Licence, State, @event, Now);
        }

        return (decision.Value, null);
    }

    public EnterpriseKit Do(EnterpriseCommand command, string actor = "reviewer-1")
    {
        Assert.Null(Try(command, actor).Refused);
        return this;
    }

    public string? Refusal(EnterpriseCommand command, string actor = "reviewer-1") => Try(command, actor).Refused;

    public EnterpriseKit Upload(SellerId seller)
    {
        Do(new EnterpriseCommand.AddShop(seller));
        foreach (var kind in Document.Required)
        {
            Do(new EnterpriseCommand.AddDocument(seller, kind, File(kind.Text())));
        }

        return this;
    }

    public EnterpriseKit HandIn(SellerId seller) => Upload(seller).Do(new EnterpriseCommand.Submit(seller));

    public EnterpriseKit Approve(SellerId seller) =>
        HandIn(seller).Do(new EnterpriseCommand.Claim()).Do(new EnterpriseCommand.Approve(null));

    public Enterprise? Replay() =>
        _facts.Aggregate((Enterprise?)null, (state, fact) =>
            EnterpriseFold.Evolve(Licence, state, EnterpriseEvent.Decode(fact.Type, fact.Payload), fact.At)
        );

    public static DocumentFile File(string id) => new(id, "00", "image/png", 1_000, 1_100, 700);

    /// <summary>The whole state as text, to be compared.</summary>
    public static string Flat(Enterprise? state) =>
        state is null
            ? "none"
            : string.Join(
                '\n',
                state
                    .Shops.Values.OrderBy(shop => shop.Seller.Value)
                    .Select(shop =>
                        FormattableString.Invariant($"{shop.Seller} {shop.AddedAt:O} {shop.Review} ")
                        + string.Join(',', shop.Documents.Values.OrderBy(document => document.Kind))
                    )
                    .Append(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{state.Licence} {state.Applicant} {state.Review} {state.ValidUntil} {state.EndsAt} "
                                + $"{state.CreatedAt:O} {state.Version}"
                        )
                    )
                    .Concat(state.Accounts.Select(bound => bound.ToString()))
                    .Concat(state.Applications.Select(form => form.ToString()))
                    .Concat(state.Closed.Select(review => review.ToString()))
            );
}
