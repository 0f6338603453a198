using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace;

/// <summary>The facts of refusals. Names and texts are shown in problem documents and must never change.</summary>
public static class RefusalFacts
{
    /// <summary>The scopes of which one is enough.</summary>
    public static RefusalFact<ScopeNeed> Scope { get; } = new("scope", static need => need.ToString(), ScopeNeed.Parse);

    /// <summary>Scopes that are missing, in use, or more than the plugin needs.</summary>
    public static RefusalFact<ImmutableArray<string>> Scopes { get; } = RefusalFact.Set("scopes");

    /// <summary>Commands permitted instead.</summary>
    public static RefusalFact<ImmutableArray<string>> AllowedCommands { get; } = RefusalFact.Set("allowed");

    /// <summary>The permitted roles.</summary>
    public static RefusalFact<ImmutableArray<string>> AllowedRoles { get; } = RefusalFact.Set("allowed", " or ");

    /// <summary>Commands on the claim permitted instead.</summary>
    public static RefusalFact<ImmutableArray<string>> AllowedSteps { get; } = RefusalFact.Set("allowed", ",");

    /// <summary>Documents that are missing.</summary>
    public static RefusalFact<ImmutableArray<string>> MissingDocuments { get; } = RefusalFact.Set("missing", ", ");

    /// <summary>The existing schema versions.</summary>
    public static RefusalFact<ImmutableArray<string>> Versions { get; } = RefusalFact.Set("versions", ", ");

    /// <summary>The confirmation to repeat the command with.</summary>
    public static RefusalFact<string> Confirmation { get; } = RefusalFact.Text("confirmation");

    /// <summary>The path of an event's invalid attribute.</summary>
    public static RefusalFact<string> Attribute { get; } = RefusalFact.Text("attribute");

    /// <summary>The invalid member of a body.</summary>
    public static RefusalFact<string> Member { get; } = RefusalFact.Text("member");

    /// <summary>The kind of private data apparently in a member.</summary>
    public static RefusalFact<string> PrivateKind { get; } = RefusalFact.Text("kind");

    /// <summary>The entity's state.</summary>
    public static RefusalFact<string> State { get; } = RefusalFact.Text("state");

    public static RefusalFact<string> Phase { get; } = RefusalFact.Text("phase");

    public static RefusalFact<string> Setting { get; } = RefusalFact.Text("setting");

    public static RefusalFact<string> Plugin { get; } = RefusalFact.Text("plugin");

    /// <summary>Number of the price book in force.</summary>
    public static RefusalFact<decimal> PriceVersion { get; } = RefusalFact.Number("price_version");

    public static RefusalFact<string> AgreementVersion { get; } = RefusalFact.Text("agreement_version");

    public static RefusalFact<string> AgreementHash { get; } = RefusalFact.Text("agreement_hash");

    public static RefusalFact<DateTimeOffset> PausedSince { get; } = RefusalFact.Instant("paused_since");

    public static RefusalFact<string> Notice { get; } = RefusalFact.Text("notice");

    public static RefusalFact<DateTimeOffset> StoppedSince { get; } = RefusalFact.Instant("stopped_since");

    public static RefusalFact<DateTimeOffset> SuspendedSince { get; } = RefusalFact.Instant("suspended_since");

    public static RefusalFact<DateTimeOffset> DisabledSince { get; } = RefusalFact.Instant("disabled_since");

    public static RefusalFact<DateTimeOffset> ExpiredAt { get; } = RefusalFact.Instant("expired_at");

    public static RefusalFact<DataRegion> HomeRegion { get; } = RefusalFact.Value<DataRegion>("home_region");

    public static RefusalFact<DataRegion> ThisRegion { get; } = RefusalFact.Value<DataRegion>("this_region");

    public static RefusalFact<string> Order { get; } = RefusalFact.Text("order");

    public static RefusalFact<string> OtherOrder { get; } = RefusalFact.Text("other");

    /// <summary>The position of the feed's last event.</summary>
    public static RefusalFact<decimal> FeedHead { get; } = RefusalFact.Number("head");

    /// <summary>The reviewer working on it.</summary>
    public static RefusalFact<ActorId> ClaimedBy { get; } = RefusalFact.Value<ActorId>("claimed_by");

    public static RefusalFact<string> Application { get; } = RefusalFact.Text("application");

    /// <summary>The form to apply with.</summary>
    public static RefusalFact<string> Template { get; } = RefusalFact.Text("template");

    /// <summary>The policy's limit.</summary>
    public static RefusalFact<string> Policy { get; } = RefusalFact.Text("policy");

    public static RefusalFact<string> Cause { get; } = RefusalFact.Text("cause");

    public static RefusalFact<string> Party { get; } = RefusalFact.Text("party");

    public static RefusalFact<DateTimeOffset> AnswerDueAt { get; } = RefusalFact.Instant("answer_due_at");

    public static RefusalFact<string> Hold { get; } = RefusalFact.Text("hold");

    public static RefusalFact<string> Rule { get; } = RefusalFact.Text("rule");

    public static RefusalFact<OperationName> Operation { get; } = RefusalFact.Value<OperationName>("operation");

    public static RefusalFact<DateTimeOffset> RaisedAt { get; } = RefusalFact.Instant("raised_at");

    public static RefusalFact<decimal> Score { get; } = RefusalFact.Number("score");

    /// <summary>The status of an upstream's answer.</summary>
    public static RefusalFact<decimal> UpstreamStatus { get; } = RefusalFact.Number("upstream_status");
}
