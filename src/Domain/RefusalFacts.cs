using System.Collections.Immutable;
using Marketplace.Catalogue;

namespace Marketplace;

/// <summary>The facts that refusals hold. Names and texts are what problem documents show, and never change.</summary>
public static class RefusalFacts
{
    /// <summary>The scopes of which any one would do.</summary>
    public static RefusalFact<ScopeNeed> Scope { get; } = new("scope", static need => need.ToString(), ScopeNeed.Parse);

    /// <summary>Scopes that are missing, in use, or more than the plugin needs.</summary>
    public static RefusalFact<ImmutableArray<string>> Scopes { get; } = RefusalFact.Set("scopes");

    /// <summary>Commands that are possible instead.</summary>
    public static RefusalFact<ImmutableArray<string>> AllowedCommands { get; } = RefusalFact.Set("allowed");

    /// <summary>Roles that may.</summary>
    public static RefusalFact<ImmutableArray<string>> AllowedRoles { get; } = RefusalFact.Set("allowed", " or ");

    /// <summary>What can be done with the claim instead.</summary>
    public static RefusalFact<ImmutableArray<string>> AllowedSteps { get; } = RefusalFact.Set("allowed", ",");

    /// <summary>Documents that are missing.</summary>
    public static RefusalFact<ImmutableArray<string>> MissingDocuments { get; } = RefusalFact.Set("missing", ", ");

    /// <summary>Schema versions that there are.</summary>
    public static RefusalFact<ImmutableArray<string>> Versions { get; } = RefusalFact.Set("versions", ", ");

    /// <summary>What to repeat the command with, if it is meant.</summary>
    public static RefusalFact<string> Confirmation { get; } = RefusalFact.Text("confirmation");

    /// <summary>The path of the attribute of an event that is wrong.</summary>
    public static RefusalFact<string> Attribute { get; } = RefusalFact.Text("attribute");

    /// <summary>The member of a body that is wrong.</summary>
    public static RefusalFact<string> Member { get; } = RefusalFact.Text("member");

    /// <summary>What kind of private data a member seems to hold.</summary>
    public static RefusalFact<string> PrivateKind { get; } = RefusalFact.Text("kind");

    /// <summary>How the entity stands.</summary>
    public static RefusalFact<string> State { get; } = RefusalFact.Text("state");

    public static RefusalFact<string> Phase { get; } = RefusalFact.Text("phase");

    public static RefusalFact<string> Setting { get; } = RefusalFact.Text("setting");

    public static RefusalFact<string> Plugin { get; } = RefusalFact.Text("plugin");

    public static RefusalFact<string> AgreementVersion { get; } = RefusalFact.Text("agreement_version");

    public static RefusalFact<string> AgreementHash { get; } = RefusalFact.Text("agreement_hash");

    public static RefusalFact<DateTimeOffset> PausedSince { get; } = RefusalFact.Instant("paused_since");

    public static RefusalFact<DateTimeOffset> SuspendedSince { get; } = RefusalFact.Instant("suspended_since");

    public static RefusalFact<DateTimeOffset> DisabledSince { get; } = RefusalFact.Instant("disabled_since");

    public static RefusalFact<DateTimeOffset> ExpiredAt { get; } = RefusalFact.Instant("expired_at");

    public static RefusalFact<string> HomeRegion { get; } = RefusalFact.Text("home_region");

    public static RefusalFact<string> ThisRegion { get; } = RefusalFact.Text("this_region");

    public static RefusalFact<string> Order { get; } = RefusalFact.Text("order");

    public static RefusalFact<string> OtherOrder { get; } = RefusalFact.Text("other");

    /// <summary>The place of the feed's last event.</summary>
    public static RefusalFact<decimal> FeedHead { get; } = RefusalFact.Number("head");

    /// <summary>The reviewer who works on it.</summary>
    public static RefusalFact<string> ClaimedBy { get; } = RefusalFact.Text("claimed_by");

    public static RefusalFact<string> Application { get; } = RefusalFact.Text("application");

    /// <summary>The form to apply with.</summary>
    public static RefusalFact<string> Template { get; } = RefusalFact.Text("template");

    /// <summary>Which of the policy's limits.</summary>
    public static RefusalFact<string> Policy { get; } = RefusalFact.Text("policy");

    public static RefusalFact<string> Cause { get; } = RefusalFact.Text("cause");

    public static RefusalFact<string> Party { get; } = RefusalFact.Text("party");

    public static RefusalFact<DateTimeOffset> AnswerDueAt { get; } = RefusalFact.Instant("answer_due_at");

    public static RefusalFact<string> Hold { get; } = RefusalFact.Text("hold");

    public static RefusalFact<string> Rule { get; } = RefusalFact.Text("rule");

    public static RefusalFact<string> Operation { get; } = RefusalFact.Text("operation");

    public static RefusalFact<DateTimeOffset> RaisedAt { get; } = RefusalFact.Instant("raised_at");

    public static RefusalFact<decimal> Score { get; } = RefusalFact.Number("score");

    /// <summary>The status that an upstream answered with.</summary>
    public static RefusalFact<decimal> UpstreamStatus { get; } = RefusalFact.Number("upstream_status");
}
