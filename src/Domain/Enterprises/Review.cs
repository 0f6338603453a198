using Marketplace.Journal;

namespace Marketplace.Enterprises;

/// <summary>The state of a review. Wire texts: <see cref="ReviewStates"/>.</summary>
public enum ReviewState
{
    /// <summary>Not submitted yet.</summary>
    Draft,

    /// <summary>In the queue.</summary>
    Submitted,

    /// <summary>A reviewer is working on it.</summary>
    Claimed,

    /// <summary>The seller was asked a question; the clock is stopped only in this state (R44).</summary>
    NeedsInfo,

    /// <summary>Accepted.</summary>
    Approved,

    /// <summary>Refused with a reason; the seller may submit again.</summary>
    Rejected,

    /// <summary>Approved once; the approval expired or was withdrawn.</summary>
    Lapsed,
}

/// <summary>The subject of a review.</summary>
public enum ReviewKind
{
    /// <summary>The documents of an enterprise.</summary>
    Documents,

    /// <summary>A further shop of a verified enterprise.</summary>
    Shop,
}

/// <summary>The three required documents (R43).</summary>
public enum DocumentKind
{
    /// <summary>营业执照: the business licence.</summary>
    Licence,

    /// <summary>Front of the legal representative's identity card.</summary>
    IdentityFront,

    /// <summary>Back of the legal representative's identity card.</summary>
    IdentityBack,
}

/// <summary>One review, from submission to decision.</summary>
/// <param name="State">Its state.</param>
/// <param name="Kind">Its subject.</param>
/// <param name="Number">The version of the fact that opened it; identifies the review within the enterprise.</param>
/// <param name="SubmittedAt">When it was first submitted.</param>
/// <param name="DueAt">First instant that is too late; null while the clock is stopped.</param>
/// <param name="Remaining">Working time left while the clock is stopped.</param>
/// <param name="ClaimedBy">The reviewer working on it, if there is one.</param>
/// <param name="ClaimedUntil">First instant at which another reviewer may claim it.</param>
/// <param name="Note">The question to the seller, or the reason for a rejection or for the end of an approval.</param>
/// <param name="DecidedAt">When it was decided.</param>
/// <param name="Overdue">True once the due time passed without a decision.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.review")]
public sealed record Review(
    [property: Id(0)] ReviewState State,
    [property: Id(1)] ReviewKind Kind,
    [property: Id(2)] long Number,
    [property: Id(3)] DateTimeOffset SubmittedAt,
    [property: Id(4)] DateTimeOffset? DueAt,
    [property: Id(5)] TimeSpan? Remaining,
    [property: Id(6)] ActorId ClaimedBy,
    [property: Id(7)] DateTimeOffset? ClaimedUntil,
    [property: Id(8)] string? Note,
    [property: Id(9)] DateTimeOffset? DecidedAt,
    [property: Id(10)] bool Overdue
)
{
    /// <summary>True until it is decided.</summary>
    public bool IsOpen => State is ReviewState.Submitted or ReviewState.Claimed or ReviewState.NeedsInfo;

    /// <summary>True if it is past its due time with the clock running.</summary>
    public bool IsLateAt(DateTimeOffset now) => IsOpen && DueAt <= now;

    /// <summary>The reviewer with a valid claim at an instant; null for an expired claim.</summary>
    public ActorId? ClaimerAt(DateTimeOffset now) => State == ReviewState.Claimed && ClaimedUntil > now ? ClaimedBy : null;
}

/// <summary>Text forms of the review enums in routes, views and journal.</summary>
public static class ReviewStates
{
    public static string Text(this ReviewState state) =>
        state switch
        {
            ReviewState.Draft => "draft",
            ReviewState.Submitted => "submitted",
            ReviewState.Claimed => "claimed",
            ReviewState.NeedsInfo => "needs-info",
            ReviewState.Approved => "approved",
            ReviewState.Rejected => "rejected",
            _ => "lapsed",
        };

    public static string Text(this ReviewKind kind) => kind == ReviewKind.Documents ? "documents" : "shop";

    public static string Text(this DocumentKind kind) =>
        kind switch
        {
            DocumentKind.Licence => "licence",
            DocumentKind.IdentityFront => "identity-front",
            _ => "identity-back",
        };

    /// <summary>Parses a kind; null for any other text.</summary>
    public static DocumentKind? Document(string? text) =>
        text switch
        {
            "licence" => DocumentKind.Licence,
            "identity-front" => DocumentKind.IdentityFront,
            "identity-back" => DocumentKind.IdentityBack,
            _ => null,
        };
}
