using System.Text.Json;
using Marketplace.Enterprises;
using Marketplace.Sellers;

namespace Marketplace.Journal.Views;

/// <summary>A shop's view of its enterprise, as of its last fact.</summary>
internal sealed class EnterpriseTrailView(string entity) : IEntityView
{
    private readonly Licence _licence = Licence.Parse(entity[(entity.IndexOf('/', StringComparison.Ordinal) + 1)..], null);
    private Enterprise? _state;
    private DateTimeOffset _at;
    private HashSet<SellerId> _concerned = [];

    public IReadOnlyCollection<SellerId> Sellers =>
        _state is { } state ? [.. state.Shops.Keys.OrderBy(seller => seller.Value, StringComparer.Ordinal)] : [];

    public void Apply(JournalFact fact)
    {
        var @event = EnterpriseEvent.Decode(fact.Type, fact.Payload);
        var accepted = Accepted(fact.At);
        _state = EnterpriseFold.Evolve(_licence, _state, @event, fact.At);
        _at = fact.At;
        _concerned = @event is EnterpriseEvent.Approved || @event.Subject is null ? [.. accepted, .. Accepted(fact.At)] : [];
        if ((@event.Subject is { } seller ? SellerId.Parse(seller, null) : _state.Applicant) is { } subject)
        {
            _concerned.Add(subject);
        }
    }

    /// <summary>
    /// Facts about one shop concern that shop only: actor and address are not for the others. Facts about the enterprise concern its
    /// accepted shops; any shop can name any licence number.
    /// </summary>
    public bool Concerns(SellerId seller) => _concerned.Contains(seller);

    public ReadOnlyMemory<byte> Show(SellerId seller) =>
        _state is { } state && state.Shops.ContainsKey(seller) ? EntityViews.Json(writer => Write(writer, state, seller)) : default;

    private void Write(Utf8JsonWriter writer, Enterprise state, SellerId seller)
    {
        writer.WriteString("licence", _licence.Value);
        writer.WriteString("state", state.StateOf(seller, _at).Text());
        writer.Instant("due_at", state.ReviewOf(seller)?.DueAt);
        writer.WriteString("claimed_by", state.ReviewOf(seller)?.ClaimerAt(_at)?.Value);
        writer.WriteString("note", state.ReviewOf(seller)?.Note);
        // Until the shop is accepted, it must not see the enterprise's approval: any shop can name any licence number.
        writer.Instant("approval_ends_at", state.IsApprovedAt(seller, _at) ? state.EndsAt : null);
        writer.Texts("documents", state.Shops[seller].Documents.Keys.Order().Select(kind => kind.Text()));
        writer.Texts(
            "shops",
            (Accepted(_at) is var accepted && accepted.Contains(seller) ? accepted : [seller]).Select(shop => shop.Value)
        );
        writer.Texts(
            "sub_accounts",
            state.Accounts.Where(bound => bound.Seller == seller).Select(bound => $"{bound.Plugin}: {bound.Account}")
        );
        writer.Texts(
            "applications",
            state
                .Applications.Where(application => application.Seller == seller)
                .Select(application => $"{application.Id}: {application.StateAt(_at).ToString().ToLowerInvariant()}")
        );
    }

    private SellerId[] Accepted(DateTimeOffset now) =>
        _state is { } state ? [.. Sellers.Where(seller => state.IsApprovedAt(seller, now))] : [];
}
