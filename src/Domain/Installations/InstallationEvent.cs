using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Installations;

/// <summary>An event of an installation; each case is one kind of journal fact.</summary>
public abstract record InstallationEvent : IJournalEvent
{
    private InstallationEvent() { }

    /// <summary>
    /// The one-step enabling of stores before consents existed: read, never written. It granted scopes without an accepted agreement.
    /// </summary>
    public sealed record Enabled(ImmutableArray<string> Grants) : InstallationEvent;

    /// <summary>Enabling started, also again after disabling.</summary>
    public sealed record EnablementStarted : InstallationEvent;

    /// <param name="AgreementVersion">The accepted version.</param>
    /// <param name="AgreementHash">Hash of the accepted text.</param>
    /// <param name="PluginVersion">Version of the manifest shown.</param>
    /// <param name="Scopes">The granted scopes, sorted.</param>
    /// <param name="Offered">All scopes shown, sorted.</param>
    /// <param name="Required">Those of them that were required, sorted.</param>
    /// <param name="ExpiresAt">When the authorisation expires.</param>
    /// <param name="SensitiveUntil">When all sensitive grants expire; null without any.</param>
    /// <param name="Confirmation">The second confirmation, if more than the required scopes were granted (R69).</param>
    /// <param name="PriceVersion">Number of the accepted price book; null in facts of older stores.</param>
    public sealed record Consented(
        string AgreementVersion,
        string AgreementHash,
        int PluginVersion,
        ImmutableArray<string> Scopes,
        ImmutableArray<string> Offered,
        ImmutableArray<string> Required,
        DateTimeOffset ExpiresAt,
        ImmutableSortedDictionary<string, DateTimeOffset> SensitiveUntil,
        string? Confirmation,
        int? PriceVersion = null
    ) : InstallationEvent;

    /// <param name="Grants">All grants after the change, sorted.</param>
    /// <param name="SensitiveUntil">Expiries of the sensitive scopes among those added; null in facts of older stores.</param>
    /// <param name="Confirmation">The second confirmation, if more than the required scopes were added.</param>
    public sealed record GrantsChanged(
        ImmutableArray<string> Grants,
        ImmutableSortedDictionary<string, DateTimeOffset>? SensitiveUntil = null,
        string? Confirmation = null
    ) : InstallationEvent;

    public sealed record EntityAccepted(string Licence, long Version) : InstallationEvent;

    public sealed record EntityDropped(string Reason, string Licence, long Version) : InstallationEvent;

    public sealed record Paused(string? Reason) : InstallationEvent;

    public sealed record Resumed : InstallationEvent;

    public sealed record Suspended(string Reason) : InstallationEvent;

    public sealed record SuspensionLifted : InstallationEvent;

    public sealed record Disabled(string? Reason) : InstallationEvent;

    /// <param name="SyncWindowHours">How far back orders are visible; null for all (R59).</param>
    /// <param name="SpendCap">CNY a calendar month; null for none.</param>
    public sealed record SettingsChanged(int? SyncWindowHours, decimal? SpendCap) : InstallationEvent;

    public sealed record TokenRevoked(string TokenId, DateTimeOffset ExpiresAt) : InstallationEvent;

    /// <summary>A warning before the expiry of the authorisation or of sensitive grants.</summary>
    /// <param name="Scopes">The expiring sensitive scopes; empty for the whole authorisation.</param>
    /// <param name="ExpiresAt">When.</param>
    /// <param name="Hours">Which warning before the expiry: 72, 48 or 24.</param>
    public sealed record ExpiryNear(ImmutableArray<string> Scopes, DateTimeOffset ExpiresAt, int Hours) : InstallationEvent;

    /// <summary>The authorisation expired.</summary>
    public sealed record AuthorisationExpired(DateTimeOffset ExpiresAt) : InstallationEvent;

    /// <summary>Sensitive grants expired before the authorisation.</summary>
    public sealed record ScopesExpired(ImmutableArray<string> Scopes, DateTimeOffset ExpiresAt) : InstallationEvent;

    /// <summary>The seller has reviewed the permissions (R71).</summary>
    /// <param name="Grants">The grants at that time.</param>
    /// <param name="Idle">Scopes unused for 30 days that were left open.</param>
    public sealed record ReviewSignedOff(ImmutableArray<string> Grants, ImmutableArray<string> Idle) : InstallationEvent;

    /// <summary>The monthly review of the permissions is due (R71).</summary>
    public sealed record ReviewDue(DateTimeOffset DueAt) : InstallationEvent;

    /// <summary>A caller's command changed nothing; recorded so that its repeat succeeds, whatever happened since.</summary>
    public sealed record NothingChanged : InstallationEvent;

    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
    public string Type => InstallationFacts.TypeOf(this);

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), InstallationJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static InstallationEvent Decode(string type, ReadOnlyMemory<byte> payload) =>
        (InstallationEvent)JsonSerializer.Deserialize(payload.Span, InstallationFacts.ShapeOf(type), InstallationJson.Default)!;
}

/// <summary>The journal types of an installation's events.</summary>
internal static class InstallationFacts
{
    private static readonly ImmutableArray<(string Type, Type Shape)> Table =
    [
        ("enabled", typeof(InstallationEvent.Enabled)),
        ("enablement-started", typeof(InstallationEvent.EnablementStarted)),
        ("consented", typeof(InstallationEvent.Consented)),
        ("grants-changed", typeof(InstallationEvent.GrantsChanged)),
        ("entity-accepted", typeof(InstallationEvent.EntityAccepted)),
        ("entity-dropped", typeof(InstallationEvent.EntityDropped)),
        ("paused", typeof(InstallationEvent.Paused)),
        ("resumed", typeof(InstallationEvent.Resumed)),
        ("suspended", typeof(InstallationEvent.Suspended)),
        ("suspension-lifted", typeof(InstallationEvent.SuspensionLifted)),
        ("disabled", typeof(InstallationEvent.Disabled)),
        ("settings-changed", typeof(InstallationEvent.SettingsChanged)),
        ("token-revoked", typeof(InstallationEvent.TokenRevoked)),
        ("expiry-near", typeof(InstallationEvent.ExpiryNear)),
        ("authorisation-expired", typeof(InstallationEvent.AuthorisationExpired)),
        ("scopes-expired", typeof(InstallationEvent.ScopesExpired)),
        ("review-signed-off", typeof(InstallationEvent.ReviewSignedOff)),
        ("review-due", typeof(InstallationEvent.ReviewDue)),
        (JournalFact.NothingChanged, typeof(InstallationEvent.NothingChanged)),
    ];

    public static string TypeOf(InstallationEvent @event) => Table.First(row => row.Shape == @event.GetType()).Type;

    public static Type ShapeOf(string type) =>
        Table.FirstOrDefault(row => row.Type == type).Shape
        ?? throw new FormatException($"The journal contains an installation event of unknown type '{type}'.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InstallationEvent.Enabled))]
[JsonSerializable(typeof(InstallationEvent.EnablementStarted))]
[JsonSerializable(typeof(InstallationEvent.Consented))]
[JsonSerializable(typeof(InstallationEvent.GrantsChanged))]
[JsonSerializable(typeof(InstallationEvent.EntityAccepted))]
[JsonSerializable(typeof(InstallationEvent.EntityDropped))]
[JsonSerializable(typeof(InstallationEvent.Paused))]
[JsonSerializable(typeof(InstallationEvent.Resumed))]
[JsonSerializable(typeof(InstallationEvent.Suspended))]
[JsonSerializable(typeof(InstallationEvent.SuspensionLifted))]
[JsonSerializable(typeof(InstallationEvent.Disabled))]
[JsonSerializable(typeof(InstallationEvent.SettingsChanged))]
[JsonSerializable(typeof(InstallationEvent.TokenRevoked))]
[JsonSerializable(typeof(InstallationEvent.ExpiryNear))]
[JsonSerializable(typeof(InstallationEvent.AuthorisationExpired))]
[JsonSerializable(typeof(InstallationEvent.ScopesExpired))]
[JsonSerializable(typeof(InstallationEvent.ReviewSignedOff))]
[JsonSerializable(typeof(InstallationEvent.ReviewDue))]
[JsonSerializable(typeof(InstallationEvent.NothingChanged))]
internal sealed partial class InstallationJson : JsonSerializerContext;
