namespace Marketplace.Diagnostics;

/// <summary>What a diagnosis says of a cause; the member is the key in the resource files.</summary>
internal static class CauseTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(CauseTexts));

    public static BilingualText AccuracyLow(DateOnly day, decimal accuracy) =>
        Texts.Format(nameof(AccuracyLow), (nameof(day), day), (nameof(accuracy), accuracy));

    public static BilingualText ApprovalEnded { get; } = Texts.Get(nameof(ApprovalEnded));

    public static BilingualText AuthorisationExpired(DateTimeOffset at) => Texts.Format(nameof(AuthorisationExpired), (nameof(at), at));

    public static BilingualText BurstExceeded { get; } = Texts.Get(nameof(BurstExceeded));

    public static BilingualText ConsentMissing { get; } = Texts.Get(nameof(ConsentMissing));

    public static BilingualText DeadLetters(int events) => Texts.Format(nameof(DeadLetters), (nameof(events), events));

    public static BilingualText Disabled { get; } = Texts.Get(nameof(Disabled));

    public static BilingualText DocumentsNotSubmitted { get; } = Texts.Get(nameof(DocumentsNotSubmitted));

    public static BilingualText EndpointExhausted { get; } = Texts.Get(nameof(EndpointExhausted));

    public static BilingualText EndpointFails(DateTimeOffset since, string error) =>
        Texts.Format(nameof(EndpointFails), (nameof(since), since), (nameof(error), error));

    public static BilingualText EndpointGone { get; } = Texts.Get(nameof(EndpointGone));

    public static BilingualText EnterpriseAccepted { get; } = Texts.Get(nameof(EnterpriseAccepted));

    public static BilingualText EnterpriseMissing { get; } = Texts.Get(nameof(EnterpriseMissing));

    public static BilingualText EnterpriseRejected(string? note) => Texts.Format(nameof(EnterpriseRejected), (nameof(note), note));

    public static BilingualText ErrorsUsedUp(long used, long limit) =>
        Texts.Format(nameof(ErrorsUsedUp), (nameof(used), used), (nameof(limit), limit));

    public static BilingualText EventsNotPulled(long minutes) => Texts.Format(nameof(EventsNotPulled), (nameof(minutes), minutes));

    public static BilingualText EventsWait(int events, string error) =>
        Texts.Format(nameof(EventsWait), (nameof(events), events), (nameof(error), error));

    public static BilingualText FeedEmpty { get; } = Texts.Get(nameof(FeedEmpty));

    public static BilingualText FeedLate(long minutes) => Texts.Format(nameof(FeedLate), (nameof(minutes), minutes));

    public static BilingualText FeedSilent { get; } = Texts.Get(nameof(FeedSilent));

    public static BilingualText FreshnessLow(DateOnly day, double hours) =>
        Texts.Format(nameof(FreshnessLow), (nameof(day), day), (nameof(hours), hours));

    public static BilingualText IncidentOpen(BilingualText title) => Texts.Format(nameof(IncidentOpen), (nameof(title), title));

    public static BilingualText InformationNeeded(string? note) => Texts.Format(nameof(InformationNeeded), (nameof(note), note));

    public static BilingualText KeysReused { get; } = Texts.Get(nameof(KeysReused));

    public static BilingualText NeverCalled { get; } = Texts.Get(nameof(NeverCalled));

    public static BilingualText NotCalling { get; } = Texts.Get(nameof(NotCalling));

    public static BilingualText NotCertified { get; } = Texts.Get(nameof(NotCertified));

    public static BilingualText OrdersAwaitCreation(int orders) => Texts.Format(nameof(OrdersAwaitCreation), (nameof(orders), orders));

    public static BilingualText Paused { get; } = Texts.Get(nameof(Paused));

    public static BilingualText PlatformFails { get; } = Texts.Get(nameof(PlatformFails));

    public static BilingualText PushesLate(long minutes) => Texts.Format(nameof(PushesLate), (nameof(minutes), minutes));

    public static BilingualText QuotaForecast(BilingualText time) => Texts.Format(nameof(QuotaForecast), (nameof(time), time));

    public static BilingualText QuotaNearLimit { get; } = Texts.Get(nameof(QuotaNearLimit));

    public static BilingualText QuotaUsedUp { get; } = Texts.Get(nameof(QuotaUsedUp));

    public static BilingualText RegionMismatch { get; } = Texts.Get(nameof(RegionMismatch));

    public static BilingualText RequestsRefused(string code) => Texts.Format(nameof(RequestsRefused), (nameof(code), code));

    public static BilingualText SchemaBehind(string? version, DateTimeOffset? until) =>
        Texts.Format(nameof(SchemaBehind), (nameof(version), version), (nameof(until), until));

    public static BilingualText SchemaRetired(string? version) => Texts.Format(nameof(SchemaRetired), (nameof(version), version));

    public static BilingualText ScopesExpired(IReadOnlyCollection<string> scopes) =>
        Texts.Format(nameof(ScopesExpired), (nameof(scopes), BilingualText.List(scopes)));

    public static BilingualText ScopesMissing(IReadOnlyCollection<string> scopes) =>
        Texts.Format(nameof(ScopesMissing), (nameof(scopes), BilingualText.List(scopes)));

    public static BilingualText ScopesNotCertified(IReadOnlyCollection<string> scopes) =>
        Texts.Format(nameof(ScopesNotCertified), (nameof(scopes), BilingualText.List(scopes)));

    public static BilingualText ScopesPending(IReadOnlyCollection<string> scopes) =>
        Texts.Format(nameof(ScopesPending), (nameof(scopes), BilingualText.List(scopes)));

    public static BilingualText Soon { get; } = Texts.Get(nameof(Soon));

    public static BilingualText SpendCapReached(decimal? cap) => Texts.Format(nameof(SpendCapReached), (nameof(cap), cap));

    public static BilingualText SpendNearCap(decimal? cap) => Texts.Format(nameof(SpendNearCap), (nameof(cap), cap));

    public static BilingualText StorageUnavailable { get; } = Texts.Get(nameof(StorageUnavailable));

    public static BilingualText SubAccountsUsedUp(int bound, int cap) =>
        Texts.Format(nameof(SubAccountsUsedUp), (nameof(bound), bound), (nameof(cap), cap));

    public static BilingualText Suspended(string reason) => Texts.Format(nameof(Suspended), (nameof(reason), reason));

    public static BilingualText TokenExpired { get; } = Texts.Get(nameof(TokenExpired));

    public static BilingualText TokenNotRenewed { get; } = Texts.Get(nameof(TokenNotRenewed));

    public static BilingualText TokenRevoked { get; } = Texts.Get(nameof(TokenRevoked));

    public static BilingualText TooManyDeadLetters { get; } = Texts.Get(nameof(TooManyDeadLetters));

    public static BilingualText UnderReview(BilingualText due) => Texts.Format(nameof(UnderReview), (nameof(due), due));

    public static BilingualText UpstreamFails { get; } = Texts.Get(nameof(UpstreamFails));

    public static BilingualText WindowHidesOrders(int? hours, int orders) =>
        Texts.Format(nameof(WindowHidesOrders), (nameof(hours), hours), (nameof(orders), orders));

    public static BilingualText WriteHeld(BilingualText finding) => Texts.Format(nameof(WriteHeld), (nameof(finding), finding));
}
