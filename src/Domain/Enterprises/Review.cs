namespace Marketplace.Enterprises;

/// <summary>Where a review stands. Wire texts: <see cref="ReviewStates"/>.</summary>
public enum ReviewState
{
    /// <summary>Not handed in yet.</summary>
    Draft,

    /// <summary>In the queue.</summary>
    Submitted,

    /// <summary>A reviewer works on it.</summary>
    Claimed,

    /// <summary>The seller was asked something; only now the clock stands still (R44).</summary>
    NeedsInfo,

    /// <summary>Accepted.</summary>
    Approved,

    /// <summary>Refused with a reason; the seller may hand in again.</summary>
    Rejected,

    /// <summary>Was approved once; the approval ended or was withdrawn.</summary>
    Lapsed,
}

/// <summary>What a reviewer has before him.</summary>
public enum ReviewKind
{
    /// <summary>The documents of an enterprise.</summary>
    Documents,

    /// <summary>A further shop of a verified enterprise.</summary>
    Shop,
}

/// <summary>The three documents that are asked for (R43).</summary>
public enum DocumentKind
{
    /// <summary>营业执照: the business licence.</summary>
    Licence,

    /// <summary>Front of the legal representative's identity card.</summary>
    IdentityFront,

    /// <summary>Back of the legal representative's identity card.</summary>
    IdentityBack,
}

/// <summary>One review, from handing in to its end.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Number">The version of the fact that opened it; names the review within the enterprise.</param>
/// <param name="SubmittedAt">When it was handed in first.</param>
/// <param name="DueAt">First instant that is too late; null while the clock stands still.</param>
/// <param name="Remaining">Working time that is left while the clock stands still.</param>
/// <param name="ClaimedBy">Who works on it.</param>
/// <param name="ClaimedUntil">First instant at which another may take it.</param>
/// <param name="Note">The question to the seller, or the reason of a rejection or of the end of an approval.</param>
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
    [property: Id(6)] string? ClaimedBy,
    [property: Id(7)] DateTimeOffset? ClaimedUntil,
    [property: Id(8)] string? Note,
    [property: Id(9)] DateTimeOffset? DecidedAt,
    [property: Id(10)] bool Overdue
)
{
    /// <summary>True until it is decided.</summary>
    public bool IsOpen => State is ReviewState.Submitted or ReviewState.Claimed or ReviewState.NeedsInfo;

    /// <summary>True if the reviewers' time is running and over.</summary>
    public bool IsLateAt(DateTimeOffset now) => IsOpen && DueAt <= now;

    /// <summary>The reviewer who holds it at an instant; a claim that ran out holds nothing.</summary>
    public string? ClaimerAt(DateTimeOffset now) => State == ReviewState.Claimed && ClaimedUntil > now ? ClaimedBy : null;
}

/// <summary>The texts of the review's words, in routes, views and journal.</summary>
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

    /// <summary>The kind a text names; null for any other text.</summary>
    public static DocumentKind? Document(string? text) =>
        text switch
        {
            "licence" => DocumentKind.Licence,
            "identity-front" => DocumentKind.IdentityFront,
            "identity-back" => DocumentKind.IdentityBack,
            _ => null,
        };
}
