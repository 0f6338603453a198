using System.Text.Json;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Journal.Views;

/// <summary>The seller's view of an installation, as of its last fact.</summary>
internal sealed class InstallationTrailView(string entity) : IEntityView
{
    private Installation? _state;
    private DateTimeOffset _at;

    public IReadOnlyCollection<SellerId> Sellers { get; } = AuditSubject.SellerOf(entity) is { } seller ? [seller] : [];

    public void Apply(JournalFact fact)
    {
        _state = Installation.Evolve(_state, InstallationEvent.Decode(fact.Type, fact.Payload), fact.At, fact.Actor);
        _at = fact.At;
    }

    public ReadOnlyMemory<byte> Show(SellerId seller) => _state is { } state ? EntityViews.Json(writer => Write(writer, state)) : default;

    private void Write(Utf8JsonWriter writer, Installation state)
    {
        writer.WriteString("phase", InstallationStates.NameOf(state.PhaseAt(_at)));
        writer.Texts("grants", state.GrantsAt(_at));
        if (state.Consent is { } consent)
        {
            writer.WriteStartObject("agreement");
            writer.WriteString("version", consent.AgreementVersion);
            writer.WriteString("hash", consent.AgreementHash);
            writer.WriteEndObject();
            writer.Instant("authorisation_expires_at", consent.ExpiresAt);
        }

        if (state.SignOff is { } review)
        {
            writer.Instant("permissions_reviewed_at", review.At);
        }

        writer.WriteString("licence", state.Entity?.Licence);
        writer.WriteString("pause_reason", state.Pause?.Reason);
        writer.WriteString("suspension_reason", state.Suspension?.Reason);
        WriteNumber(writer, "sync_window_hours", state.SyncWindowHours);
        WriteNumber(writer, "spend_cap", state.SpendCap);
        writer.WriteNumber("revoked_tokens", state.RevokedTokens.Count);
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, decimal? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
