using System.Globalization;
using System.Text.Json;
using Marketplace.Deliveries;
using Marketplace.Sellers;

namespace Marketplace.Journal.Views;

/// <summary>
/// An installation's delivery settings, as of the last fact. The seller sees only the host of the endpoint, and only that there are
/// secrets, which the facts contain sealed.
/// </summary>
internal sealed class DeliveryTrailView(string entity) : IEntityView
{
    private DeliverySetup _state = DeliverySetup.None;
    private DateTimeOffset _at;

    public IReadOnlyCollection<SellerId> Sellers { get; } = AuditSubject.SellerOf(entity) is { } seller ? [seller] : [];

    public void Apply(JournalFact fact)
    {
        _state = _state.Evolve(DeliveryFact.Decode(fact.Type, fact.Payload), fact.At);
        _at = fact.At;
    }

    public ReadOnlyMemory<byte> Show(SellerId seller) => _state.Version == 0 ? default : EntityViews.Json(Write);

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("mode", _state.Endpoint is null ? "pull" : "push");
        writer.WriteString("endpoint", _state.Endpoint?.Url.IdnHost);
        if (_state.Endpoint is { } endpoint)
        {
            writer.WriteString("ordering", endpoint.Ordering == DeliveryOrdering.PerSeller ? "seller" : "order");
            writer.WriteNumber("batch_size", endpoint.BatchSize);
            writer.WriteNumber("timeout_seconds", endpoint.TimeoutSeconds);
            writer.WriteNumber("secrets", _state.SecretsAt(_at).Length);
        }

        writer.WriteString("parked", _state.Parking?.Reason);
        writer.Texts("replays", _state.Replays.Select(Describe));
    }

    private static string Describe(ReplayRequest replay)
    {
        var order = replay.OrderId is { } id ? $" {id}" : string.Empty;
        var deadLetters = replay.DeadLettersOnly ? " dead letters" : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"{replay.Id}: {replay.FromSeq}–{replay.ToSeq}{order}{deadLetters}");
    }
}
