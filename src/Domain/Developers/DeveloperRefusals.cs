using System.Globalization;

namespace Marketplace.Developers;

/// <summary>The refusals around developers of plugins.</summary>
public static class DeveloperRefusals
{
    public const string DeveloperNotFound = "developer-not-found";
    public const string DeveloperExists = "developer-exists";
    public const string DeveloperInvalid = "developer-invalid";
    public const string DeveloperCheckOpen = "developer-check-open";
    public const string DeveloperNotUnderCheck = "developer-not-under-check";
    public const string MemberNotFoundCode = "developer-member-not-found";
    public const string MemberLimit = "developer-member-limit";
    public const string OwnerNeededCode = "developer-owner-needed";

    private const string By = "developer";

    /// <summary>Also the answer about a developer of others: a token does not tell which there are.</summary>
    public static Refusal NotFound() =>
        new(DeveloperNotFound, "There is no such developer.", By, "Name the developer whose person is signed in, or sign it up first.");

    public static Refusal Exists() => new(DeveloperExists, "The developer signed up already.", By, "Change what is there instead.");

    public static Refusal Invalid(string member, string bounds) =>
        new(DeveloperInvalid, $"{member} must be {bounds}.", By, "Send a value within the bounds.")
        {
            Evidence = RefusalFact.All(RefusalFacts.Member.Of(member)),
        };

    /// <param name="dueAt">When the decision is due.</param>
    public static Refusal CheckOpen(DateTimeOffset dueAt) =>
        new(DeveloperCheckOpen, "The company waits for the entity reviewers' decision.", "platform", "Wait for the decision.")
        {
            RetryAt = dueAt,
        };

    public static Refusal NothingToCheck() =>
        new(DeveloperNotUnderCheck, "No company of the developer waits for a decision.", "platform", "Take another item of the queue.");

    /// <summary>The company that waits is not the one that was checked.</summary>
    public static Refusal OtherCompanyToCheck() =>
        new(
            DeveloperNotUnderCheck,
            "Another company of the developer waits for a decision than the one that was named.",
            "platform",
            "Read the developer, then decide about the company that waits."
        );

    public static Refusal MemberNotFound() =>
        new(MemberNotFoundCode, "The developer has no such member.", By, "Read the developer's members.");

    public static Refusal TooManyMembers(int max) =>
        new(
            MemberLimit,
            string.Create(CultureInfo.InvariantCulture, $"The developer has {max} members, which is the most."),
            By,
            "Remove a member first."
        )
        {
            Counter = "members",
            Limit = max,
            Used = max,
        };

    public static Refusal OwnerNeeded() =>
        new(OwnerNeededCode, "A developer has at least one owner, and this is the last one.", By, "Make another member an owner first.");

    /// <summary>The standing in answers and journal: <c>active</c>, <c>warned</c> or <c>frozen</c>.</summary>
    public static string Text(DeveloperStanding standing) =>
        standing switch
        {
            DeveloperStanding.Active => "active",
            DeveloperStanding.Warned => "warned",
            DeveloperStanding.Frozen => "frozen",
            _ => throw new ArgumentOutOfRangeException(nameof(standing)),
        };
}
