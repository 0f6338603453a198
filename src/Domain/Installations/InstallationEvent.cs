using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Installations;

/// <summary>What happened to an installation; each case is one kind of journal fact.</summary>
public abstract record InstallationEvent
{
    private InstallationEvent()
    {
    }

    public sealed record Enabled(ImmutableArray<string> Grants) : InstallationEvent;

    public sealed record GrantsChanged(ImmutableArray<string> Grants) : InstallationEvent;

    public sealed record Paused(string? Reason) : InstallationEvent;

    public sealed record Resumed : InstallationEvent;

    /// <param name="SyncWindowHours">How far back orders are visible; null for all (R59).</param>
    /// <param name="SpendCap">CNY a calendar month; null for none.</param>
    public sealed record SettingsChanged(int? SyncWindowHours, decimal? SpendCap) : InstallationEvent;

    public sealed record TokenRevoked(string TokenId, DateTimeOffset ExpiresAt) : InstallationEvent;

    /// <summary>The kebab-case name under which the event stands in the journal; never reused for another shape.</summary>
    public string Type => this switch
    {
        Enabled => "enabled",
        GrantsChanged => "grants-changed",
        Paused => "paused",
        Resumed => "resumed",
        SettingsChanged => "settings-changed",
        TokenRevoked => "token-revoked",
        _ => throw new InvalidOperationException($"No journal type for {GetType().Name}."),
    };

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), InstallationJson.Default);

    /// <exception cref="FormatException">The journal holds a type this version does not know.</exception>
    public static InstallationEvent Decode(string type, ReadOnlyMemory<byte> payload)
    {
        Type shape = type switch
        {
            "enabled" => typeof(Enabled),
            "grants-changed" => typeof(GrantsChanged),
            "paused" => typeof(Paused),
            "resumed" => typeof(Resumed),
            "settings-changed" => typeof(SettingsChanged),
            "token-revoked" => typeof(TokenRevoked),
            _ => throw new FormatException($"The journal holds an installation event of unknown type '{type}'."),
        };
        return (InstallationEvent)JsonSerializer.Deserialize(payload.Span, shape, InstallationJson.Default)!;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InstallationEvent.Enabled))]
[JsonSerializable(typeof(InstallationEvent.GrantsChanged))]
[JsonSerializable(typeof(InstallationEvent.Paused))]
[JsonSerializable(typeof(InstallationEvent.Resumed))]
[JsonSerializable(typeof(InstallationEvent.SettingsChanged))]
[JsonSerializable(typeof(InstallationEvent.TokenRevoked))]
internal sealed partial class InstallationJson : JsonSerializerContext;
