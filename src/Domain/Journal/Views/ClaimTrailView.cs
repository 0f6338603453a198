using System.Text.Json;
using Marketplace.Evidence.Claims;
using Marketplace.Sellers;

namespace Marketplace.Journal.Views;

/// <summary>The seller's view of a claim, as of its last fact.</summary>
internal sealed class ClaimTrailView(string entity) : IEntityView
{
    private Claim? _state;

    public IReadOnlyCollection<SellerId> Sellers { get; } = AuditSubject.SellerOf(entity) is { } seller ? [seller] : [];

    public void Apply(JournalFact fact) => _state = Claim.Evolve(_state, ClaimEvent.Decode(fact.Type, fact.Payload), fact.At);

    public ReadOnlyMemory<byte> Show(SellerId seller) => _state is { } state ? EntityViews.Json(writer => Write(writer, state)) : default;

    private static void Write(Utf8JsonWriter writer, Claim state)
    {
        writer.WriteString("state", ClaimRefusals.Name(state.State));
        writer.WriteString("installation", state.Grounds.Installation);
        writer.WriteString("order_id", state.Grounds.OrderId);
        writer.WriteNumber("amount", state.Grounds.AmountCny);
        writer.WriteString("currency", state.Grounds.Currency ?? Money.BillingCurrency);
        writer.WriteString("bundle_sha256", state.Grounds.BundleSha256);
        writer.WriteString("cause", state.Grounds.Cause);
        writer.WriteString("agreement", state.Grounds.AgreementVersion);
        writer.Instant("answer_due_at", state.AnswerDueAt);
        writer.WriteString("answer", state.Answer);
        writer.WriteString("reason", state.Reason);
        if (state.SettledCny is { } settled)
        {
            writer.WriteNumber("settled", settled);
            writer.WriteString("settlement_reference", state.SettlementReference);
        }
    }
}
