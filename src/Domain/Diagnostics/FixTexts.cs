namespace Marketplace.Diagnostics;

/// <summary>What a diagnosis says of a repair; the member is the key in the resource files.</summary>
internal static class FixTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(FixTexts));

    public static BilingualText AnswerFaster { get; } = Texts.Get(nameof(AnswerFaster));

    public static BilingualText ApplicationReason { get; } = Texts.Get(nameof(ApplicationReason));

    public static BilingualText ApplyForSubAccounts { get; } = Texts.Get(nameof(ApplyForSubAccounts));

    public static BilingualText AskSupport { get; } = Texts.Get(nameof(AskSupport));

    public static BilingualText AwaitApplication { get; } = Texts.Get(nameof(AwaitApplication));

    public static BilingualText AwaitPlatform { get; } = Texts.Get(nameof(AwaitPlatform));

    public static BilingualText AwaitReset { get; } = Texts.Get(nameof(AwaitReset));

    public static BilingualText AwaitReview { get; } = Texts.Get(nameof(AwaitReview));

    public static BilingualText CallLess { get; } = Texts.Get(nameof(CallLess));

    public static BilingualText CallOwnRegion { get; } = Texts.Get(nameof(CallOwnRegion));

    public static BilingualText CatchUp { get; } = Texts.Get(nameof(CatchUp));

    public static BilingualText Certify { get; } = Texts.Get(nameof(Certify));

    public static BilingualText CertifyScopes { get; } = Texts.Get(nameof(CertifyScopes));

    public static BilingualText ConfirmWrite { get; } = Texts.Get(nameof(ConfirmWrite));

    public static BilingualText Consent { get; } = Texts.Get(nameof(Consent));

    public static BilingualText CorrectDocuments { get; } = Texts.Get(nameof(CorrectDocuments));

    public static BilingualText CorrectRequests { get; } = Texts.Get(nameof(CorrectRequests));

    public static BilingualText DeliverAgain { get; } = Texts.Get(nameof(DeliverAgain));

    public static BilingualText Enable { get; } = Texts.Get(nameof(Enable));

    public static BilingualText Grant(IReadOnlyCollection<string> scopes) =>
        Texts.Format(nameof(Grant), (nameof(scopes), BilingualText.List(scopes)));

    public static BilingualText LiftSuspension { get; } = Texts.Get(nameof(LiftSuspension));

    public static BilingualText MendEndpoint { get; } = Texts.Get(nameof(MendEndpoint));

    public static BilingualText MendReceiver { get; } = Texts.Get(nameof(MendReceiver));

    public static BilingualText NameEnterprise { get; } = Texts.Get(nameof(NameEnterprise));

    public static BilingualText OpenSyncWindow { get; } = Texts.Get(nameof(OpenSyncWindow));

    public static BilingualText PullEvents { get; } = Texts.Get(nameof(PullEvents));

    public static BilingualText RaiseSpendCap(decimal cap) => Texts.Format(nameof(RaiseSpendCap), (nameof(cap), cap));

    public static BilingualText Reconcile(string path, DateOnly day) =>
        Texts.Format(nameof(Reconcile), (nameof(path), path), (nameof(day), day));

    public static BilingualText RenewDocuments { get; } = Texts.Get(nameof(RenewDocuments));

    public static BilingualText RenewToken { get; } = Texts.Get(nameof(RenewToken));

    public static BilingualText RepeatOnceUpstreamAnswers { get; } = Texts.Get(nameof(RepeatOnceUpstreamAnswers));

    public static BilingualText ResolveIncident { get; } = Texts.Get(nameof(ResolveIncident));

    public static BilingualText Resume { get; } = Texts.Get(nameof(Resume));

    public static BilingualText ResumeDeliveries { get; } = Texts.Get(nameof(ResumeDeliveries));

    public static BilingualText ReverseRejection { get; } = Texts.Get(nameof(ReverseRejection));

    public static BilingualText SendCreations { get; } = Texts.Get(nameof(SendCreations));

    public static BilingualText SendEvents { get; } = Texts.Get(nameof(SendEvents));

    public static BilingualText SpreadCalls { get; } = Texts.Get(nameof(SpreadCalls));

    public static BilingualText SubmitDocuments { get; } = Texts.Get(nameof(SubmitDocuments));

    public static BilingualText SupplyInformation { get; } = Texts.Get(nameof(SupplyInformation));

    public static BilingualText TellPlatform { get; } = Texts.Get(nameof(TellPlatform));

    public static BilingualText TellPluginSupport { get; } = Texts.Get(nameof(TellPluginSupport));

    public static BilingualText UpgradeSchema(string version) => Texts.Format(nameof(UpgradeSchema), (nameof(version), version));

    public static BilingualText UploadDocuments { get; } = Texts.Get(nameof(UploadDocuments));

    public static BilingualText UseNewKeys { get; } = Texts.Get(nameof(UseNewKeys));

    public static BilingualText WidenSyncWindow(int? hours) => Texts.Format(nameof(WidenSyncWindow), (nameof(hours), hours));
}
