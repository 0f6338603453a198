using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Installations;

namespace Marketplace.Evidence;

/// <summary>
/// The facts about one order on its way to one installation (R66): everything the judgement rests on, without conclusions. Contains no
/// buyer's data and no user's name, so that the same bundle may be shown to seller, developer and court.
/// </summary>
/// <param name="Format">Version of the format; <see cref="CurrentFormat"/>.</param>
/// <param name="OrderId">The order.</param>
/// <param name="Installation"><c>seller/plugin</c>.</param>
/// <param name="MadeAt">When the facts were gathered; the judgement refers to this instant.</param>
/// <param name="Reader">The audience: <c>seller</c>, <c>operator</c>, or <c>plugin</c>, which sees only what it was owed or sent.</param>
/// <param name="OrderCreatedAt">According to the feed; null if unknown.</param>
/// <param name="Plugin">The plugin according to the catalogue.</param>
/// <param name="Agreement">The agreement accepted by the seller; null without a consent in force.</param>
/// <param name="Route">The state of deliveries; null if there never were any.</param>
/// <param name="Settings">The history of the seller's settings, oldest first.</param>
/// <param name="Events">The order's events, by position in the feed.</param>
/// <param name="Rows">The rows of the delivery log that name them, and some that show the receiver's state meanwhile, by number.</param>
public sealed record EvidenceFacts(
    int Format,
    string OrderId,
    string Installation,
    DateTimeOffset MadeAt,
    string Reader,
    DateTimeOffset? OrderCreatedAt,
    EvidencePlugin Plugin,
    EvidenceAgreement? Agreement,
    EvidenceRoute? Route,
    ImmutableArray<EvidenceSetting> Settings,
    ImmutableArray<EvidenceEvent> Events,
    ImmutableArray<EvidenceRow> Rows
)
{
    public const int CurrentFormat = 1;

    /// <summary>
    /// Outages of the platform itself since the order's first event, oldest first; null without any, and in bundles made before this was
    /// recorded.
    /// </summary>
    public ImmutableArray<EvidenceOutage>? Outages { get; init; }

    /// <summary>Redacts the facts for the plugin: removes events it may not see and other plugins' calls.</summary>
    /// <exception cref="FormatException">A row's body is unreadable.</exception>
    public EvidenceFacts ForPlugin()
    {
        var own = EvidenceBundle.Of(this).Journeys.Where(journey => journey.Owed).Select(journey => journey.Seq).ToHashSet();
        return this with
        {
            Reader = EvidenceReaders.Plugin,
            OrderCreatedAt = own.Count == 0 ? null : OrderCreatedAt,
            Events = [.. Events.Where(@event => own.Contains(@event.Seq)).Select(@event => @event with { Id = null })],
            Rows = own.Count == 0 ? [] : Rows,
        };
    }
}

/// <summary>A period in which the platform itself did not run, or its store accepted nothing.</summary>
/// <param name="From">When it was last seen running.</param>
/// <param name="To">When it was running again.</param>
[GenerateSerializer, Immutable, Alias("mp.evidence.outage")]
public sealed record EvidenceOutage([property: Id(0)] DateTimeOffset From, [property: Id(1)] DateTimeOffset To);

/// <summary>Audiences of a bundle.</summary>
public static class EvidenceReaders
{
    public const string Seller = "seller";
    public const string Operator = "operator";
    public const string Plugin = "plugin";
}

/// <summary>The plugin when the bundle was made.</summary>
/// <param name="Name">Shown to sellers.</param>
/// <param name="Certified">False: the agreement's rules on certified plugins do not apply, and the platform is not liable (R67, clause
/// 7.5).</param>
/// <param name="Scopes">Its certified scopes, sorted.</param>
/// <param name="Schema">The schema version it was built for; null for the newest.</param>
public sealed record EvidencePlugin(string Name, bool Certified, ImmutableArray<string> Scopes, string? Schema)
{
    public static EvidencePlugin Of(PluginProfile plugin) =>
        new(plugin.Name, plugin.Certified, [.. plugin.Scopes.Order(StringComparer.Ordinal)], plugin.Manifest.Schema);
}

/// <summary>The plugin service agreement in force between seller and developer.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Hash">SHA-256 of its text.</param>
/// <param name="AcceptedAt">When the seller accepted it.</param>
/// <param name="PluginVersion">Version of the manifest shown with it.</param>
/// <param name="Until">When the authorisation expires.</param>
public sealed record EvidenceAgreement(string Version, string Hash, DateTimeOffset AcceptedAt, int PluginVersion, DateTimeOffset Until)
{
    /// <summary>Null without a consent.</summary>
    public static EvidenceAgreement? Of(SellerConsent? consent) =>
        consent is null
            ? null
            : new(
                consent.AgreementVersion,
                consent.AgreementHash,
                EventLimits.ToMilliseconds(consent.At),
                consent.PluginVersion,
                EventLimits.ToMilliseconds(consent.ExpiresAt)
            );
}

/// <summary>The state of an installation's deliveries when the bundle was made.</summary>
/// <param name="Mode"><c>push</c> or <c>pull</c>.</param>
/// <param name="Ordering"><c>per-order</c> or <c>per-seller</c>.</param>
/// <param name="Stop">Code of the reason why nothing is delivered; null while the installation runs.</param>
/// <param name="SinceSeq">Events after this position are owed.</param>
/// <param name="Cursor">Everything up to here is acknowledged, withheld, waiting for a retry, or a dead letter.</param>
/// <param name="Head">The feed's last position.</param>
/// <param name="BrokenSince">Since when the endpoint is only probed because everything failed.</param>
/// <param name="NextAttemptAt">When it is tried next.</param>
/// <param name="LastError">The last failed attempt since the last success, for any event.</param>
/// <param name="ParkedSince">Since when deliveries are suspended.</param>
/// <param name="ParkReason">Why.</param>
public sealed record EvidenceRoute(
    string Mode,
    string Ordering,
    string? Stop,
    long SinceSeq,
    long Cursor,
    long Head,
    DateTimeOffset? BrokenSince,
    DateTimeOffset? NextAttemptAt,
    string? LastError,
    DateTimeOffset? ParkedSince,
    string? ParkReason
)
{
    public const string Push = "push";
    public const string Pull = "pull";
    public const string PerSeller = "per-seller";
    public const string PerOrder = "per-order";
}

/// <summary>An event of the order as stored in the feed; its data only as a hash.</summary>
/// <param name="Seq">Position in the seller's feed.</param>
/// <param name="MessageId">The id that receivers see.</param>
/// <param name="Source">CloudEvents source.</param>
/// <param name="Id">CloudEvents id; null for the plugin, which knows the message id.</param>
/// <param name="Type">Its type.</param>
/// <param name="Subject">Order or waybill.</param>
/// <param name="Scope">The scope required for it.</param>
/// <param name="Time">When it happened, according to the source.</param>
/// <param name="AcceptedAt">When the feed accepted it.</param>
/// <param name="DataSha256">SHA-256 of the public data, lower-case hex.</param>
public sealed record EvidenceEvent(
    long Seq,
    string MessageId,
    string Source,
    string? Id,
    string Type,
    string Subject,
    string Scope,
    DateTimeOffset Time,
    DateTimeOffset AcceptedAt,
    string DataSha256
)
{
    public static EvidenceEvent Of(PluginEvent @event) =>
        new(
            @event.Seq,
            @event.MessageId,
            @event.Source,
            @event.Id,
            @event.Type,
            @event.Subject,
            EventScopes.Of(@event.Type),
            EventLimits.ToMilliseconds(@event.Time),
            EventLimits.ToMilliseconds(@event.AcceptedAt),
            EvidenceBundle.HashOf(@event.Data.Span)
        );
}

/// <summary>A complete row of the delivery log, so that anyone can recompute its hash.</summary>
/// <param name="No">Its number.</param>
/// <param name="At">When it was written.</param>
/// <param name="FirstSeq">Smallest position named by an entry.</param>
/// <param name="LastSeq">Largest position named by an entry.</param>
/// <param name="Body">The entries as UTF-8 JSON, base64 in the bundle.</param>
/// <param name="PreviousHash">The previous row's hash, lower-case hex.</param>
/// <param name="Hash">The row's own hash.</param>
public sealed record EvidenceRow(long No, DateTimeOffset At, long FirstSeq, long LastSeq, byte[] Body, string PreviousHash, string Hash);
