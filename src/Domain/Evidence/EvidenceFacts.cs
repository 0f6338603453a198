using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Installations;

namespace Marketplace.Evidence;

/// <summary>
/// What is known of one order on its way to one installation (R66): everything that the judgement rests on, and nothing that follows from
/// it. Holds no buyer's data and no user's name, so that the same bundle may be shown to seller, developer and court.
/// </summary>
/// <param name="Format">Of this form; <see cref="CurrentFormat"/>.</param>
/// <param name="OrderId">Which order.</param>
/// <param name="Installation"><c>seller/plugin</c>.</param>
/// <param name="MadeAt">When it was gathered; the judgement is of this instant.</param>
/// <param name="Reader">For whom: <c>seller</c>, <c>operator</c>, or <c>plugin</c>, which sees only what it was owed or sent.</param>
/// <param name="OrderCreatedAt">As the feed has it; null if it is not known.</param>
/// <param name="Plugin">The plugin as the catalogue has it.</param>
/// <param name="Agreement">What the seller accepted; null without a consent in force.</param>
/// <param name="Route">How the deliveries stand; null if there were never any.</param>
/// <param name="Settings">The seller's settings in time, oldest first.</param>
/// <param name="Events">The order's events, by place in the feed.</param>
/// <param name="Rows">The rows of the delivery log that name them, and some that tell how the receiver did meanwhile, by number.</param>
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
    /// When the platform itself did not run, oldest first, from the order's first event on; null in bundles of before this was kept, and if
    /// there was none.
    /// </summary>
    public ImmutableArray<EvidenceOutage>? Outages { get; init; }

    /// <summary>The same for the plugin: it learns of no event that is none of its business, and of no other plugin's call.</summary>
    /// <exception cref="FormatException">A row's body is not readable.</exception>
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

/// <summary>A time in which the platform itself did not run, or its store took nothing.</summary>
/// <param name="From">When it was last seen running.</param>
/// <param name="To">When it ran again.</param>
[GenerateSerializer, Immutable, Alias("mp.evidence.outage")]
public sealed record EvidenceOutage([property: Id(0)] DateTimeOffset From, [property: Id(1)] DateTimeOffset To);

/// <summary>For whom a bundle is made.</summary>
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
/// <param name="Scopes">What it is certified for, sorted.</param>
/// <param name="Schema">The schema version it was built for; null if it takes the newest.</param>
public sealed record EvidencePlugin(string Name, bool Certified, ImmutableArray<string> Scopes, string? Schema)
{
    public static EvidencePlugin Of(PluginProfile plugin) =>
        new(plugin.Name, plugin.Certified, [.. plugin.Scopes.Order(StringComparer.Ordinal)], plugin.Manifest.Schema);
}

/// <summary>The plugin service agreement that is in force between seller and developer.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Hash">SHA-256 of its text.</param>
/// <param name="AcceptedAt">When the seller accepted it.</param>
/// <param name="PluginVersion">Of the manifest that was shown with it.</param>
/// <param name="Until">End of the authorisation.</param>
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

/// <summary>How an installation's deliveries stood when the bundle was made.</summary>
/// <param name="Mode"><c>push</c> or <c>pull</c>.</param>
/// <param name="Ordering"><c>per-order</c> or <c>per-seller</c>.</param>
/// <param name="Stop">Code of why nothing is delivered; null while the installation runs.</param>
/// <param name="SinceSeq">Events after this place are owed.</param>
/// <param name="Cursor">Everything up to it is delivered, withheld, waits for a further attempt, or was given up.</param>
/// <param name="Head">The feed's last place.</param>
/// <param name="BrokenSince">Since when the endpoint is left alone because everything failed.</param>
/// <param name="NextAttemptAt">When it is tried again.</param>
/// <param name="LastError">Of the last failed attempt since the last success, any event's.</param>
/// <param name="ParkedSince">Since when deliveries stand still.</param>
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

/// <summary>An event of the order, as the feed holds it; its data by their hash only.</summary>
/// <param name="Seq">Place in the seller's feed.</param>
/// <param name="MessageId">The id under which receivers get it.</param>
/// <param name="Source">CloudEvents source.</param>
/// <param name="Id">CloudEvents id; null for the plugin, which knows the message id.</param>
/// <param name="Type">Its type.</param>
/// <param name="Subject">Order or waybill.</param>
/// <param name="Scope">The scope that opens it.</param>
/// <param name="Time">When it happened, as the source says.</param>
/// <param name="AcceptedAt">When the feed took it.</param>
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

/// <summary>A row of the delivery log, whole, so that anybody can recompute its hash.</summary>
/// <param name="No">Its number.</param>
/// <param name="At">When it was written.</param>
/// <param name="FirstSeq">Smallest place an entry names.</param>
/// <param name="LastSeq">Largest.</param>
/// <param name="Body">The entries as UTF-8 JSON, base64 in the bundle.</param>
/// <param name="PreviousHash">Hash of the row before, lower-case hex.</param>
/// <param name="Hash">Its own.</param>
public sealed record EvidenceRow(long No, DateTimeOffset At, long FirstSeq, long LastSeq, byte[] Body, string PreviousHash, string Hash);
