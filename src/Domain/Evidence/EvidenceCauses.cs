using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Marketplace.Evidence;

/// <summary>A cause, the party responsible for it, and its texts.</summary>
public sealed record EvidenceCause(string Code, EvidenceParty Party, BilingualText Text);

/// <summary>The table of all causes: why an event is in its state, and which party is responsible (R66).</summary>
public static class EvidenceCauses
{
    public const string DeliveredInTime = "delivered-in-time";
    public const string WaitingInTime = "waiting-in-time";
    public const string OrderUnknown = "order-unknown";

    public const string ScopeNeverGranted = "scope-never-granted";
    public const string ScopeWithdrawn = "scope-withdrawn";
    public const string ScopeExpired = "scope-expired";
    public const string OutsideSyncWindow = "outside-sync-window";
    public const string BeforeEnabling = "before-enabling";
    public const string ConsentMissing = "consent-missing";
    public const string EntityUnverified = "entity-unverified";
    public const string PausedBySeller = "paused-by-seller";
    public const string DisabledBySeller = "disabled-by-seller";
    public const string AuthorisationExpired = "authorisation-expired";

    public const string SuspendedByPlatform = "suspended-by-platform";
    public const string RegionMismatch = "region-mismatch";
    public const string SourceLate = "source-late";
    public const string PlatformOutage = "platform-outage";
    public const string InternalError = "platform-internal-error";
    public const string NotDispatched = "not-dispatched";
    public const string DispatchedLate = "dispatched-late";

    public const string ScopeNotCertified = "scope-not-certified";
    public const string TypeNotWanted = "type-not-wanted";
    public const string EndpointRejects = "endpoint-rejects";
    public const string EndpointRedirects = "endpoint-redirects";
    public const string EndpointGone = "endpoint-gone";
    public const string EndpointForbidden = "endpoint-forbidden-address";
    public const string EndpointThrottles = "endpoint-throttles";
    public const string EventRefused = "event-refused";
    public const string NotPulled = "not-pulled";
    public const string ConfirmedLate = "confirmed-late";
    public const string AcknowledgedThenLost = "acknowledged-then-lost";

    public const string ReceiverTimeout = "receiver-timeout";
    public const string ReceiverError = "receiver-error";
    public const string ReceiverUnreachable = "receiver-unreachable";
    public const string ReceiverTls = "receiver-tls";
    public const string ReceiverNameNotFound = "receiver-name-not-found";
    public const string ReceiverBadAnswer = "receiver-bad-answer";

    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(EvidenceCauses));

    /// <summary>All causes, by party; the code is the key of its text in the resource files.</summary>
    public static ImmutableArray<EvidenceCause> All { get; } =
    [
        Of(DeliveredInTime, EvidenceParty.None),
        Of(WaitingInTime, EvidenceParty.Open),
        Of(OrderUnknown, EvidenceParty.Open),
        Of(ScopeNeverGranted, EvidenceParty.SellerSetting),
        Of(ScopeWithdrawn, EvidenceParty.SellerSetting),
        Of(ScopeExpired, EvidenceParty.SellerSetting),
        Of(OutsideSyncWindow, EvidenceParty.SellerSetting),
        Of(BeforeEnabling, EvidenceParty.SellerSetting),
        Of(ConsentMissing, EvidenceParty.SellerSetting),
        Of(EntityUnverified, EvidenceParty.SellerSetting),
        Of(PausedBySeller, EvidenceParty.SellerSetting),
        Of(DisabledBySeller, EvidenceParty.SellerSetting),
        Of(AuthorisationExpired, EvidenceParty.SellerSetting),
        Of(SuspendedByPlatform, EvidenceParty.Platform),
        Of(RegionMismatch, EvidenceParty.Platform),
        Of(SourceLate, EvidenceParty.Platform),
        Of(PlatformOutage, EvidenceParty.Platform),
        Of(InternalError, EvidenceParty.Platform),
        Of(NotDispatched, EvidenceParty.Platform),
        Of(DispatchedLate, EvidenceParty.Platform),
        Of(ScopeNotCertified, EvidenceParty.Plugin),
        Of(TypeNotWanted, EvidenceParty.Plugin),
        Of(EndpointRejects, EvidenceParty.Plugin),
        Of(EndpointRedirects, EvidenceParty.Plugin),
        Of(EndpointGone, EvidenceParty.Plugin),
        Of(EndpointForbidden, EvidenceParty.Plugin),
        Of(EndpointThrottles, EvidenceParty.Plugin),
        Of(EventRefused, EvidenceParty.Plugin),
        Of(NotPulled, EvidenceParty.Plugin),
        Of(ConfirmedLate, EvidenceParty.Plugin),
        Of(AcknowledgedThenLost, EvidenceParty.Plugin),
        Of(ReceiverTimeout, EvidenceParty.Receiver),
        Of(ReceiverError, EvidenceParty.Receiver),
        Of(ReceiverUnreachable, EvidenceParty.Receiver),
        Of(ReceiverTls, EvidenceParty.Receiver),
        Of(ReceiverNameNotFound, EvidenceParty.Receiver),
        Of(ReceiverBadAnswer, EvidenceParty.Receiver),
    ];

    private static readonly FrozenDictionary<string, EvidenceCause> ByCode = All.ToFrozenDictionary(
        cause => cause.Code,
        StringComparer.Ordinal
    );

    /// <summary>The cause of a code.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static EvidenceCause Find(string code) => ByCode[code];

    private static EvidenceCause Of(string code, EvidenceParty party) => new(code, party, Texts.Get(code));
}
