using System.Text.Json;
using Marketplace.Risk;
using Marketplace.Sellers;

namespace Marketplace.Journal.Views;

/// <summary>The score and the holds that restrict something, as of the last fact.</summary>
internal sealed class RiskTrailView(string entity) : IEntityView
{
    private RiskRecord _state = RiskRecord.None;
    private DateTimeOffset _at;

    public IReadOnlyCollection<SellerId> Sellers { get; } = AuditSubject.SellerOf(entity) is { } seller ? [seller] : [];

    public void Apply(JournalFact fact)
    {
        _state = _state.Evolve(RiskEvent.Decode(fact.Type, fact.Payload), fact.At);
        _at = fact.At;
    }

    public ReadOnlyMemory<byte> Show(SellerId seller) => _state.Version == 0 ? default : EntityViews.Json(Write);

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteNumber("score", _state.ScoreAt(_at));
        writer.Texts(
            "holds",
            _state
                .Holds.Where(hold => hold.Shuts)
                .Select(hold => $"{hold.Id}: {hold.Finding.Operation} {hold.State.ToString().ToLowerInvariant()}")
        );
    }
}
