using System.Globalization;
using Marketplace.Developers;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Listings;

/// <summary>Who may give which command of a listing, and which decisions are complete. An unknown role may do nothing.</summary>
internal static class ListingAuthority
{
    private const int MaxReasons = 20;
    private const int MaxReason = 500;
    private const int MaxPolicy = 64;

    public static Refusal? Forbids(Listing? state, ListingCommand command, ListingRuling ruling) =>
        command switch
        {
            ListingCommand.Create create => OfDeveloper(state: null, create.Developer, ruling),
            ListingCommand.AddVersion add => OfDeveloper(state, add.Developer, ruling),
            ListingCommand.Submit submit => OfDeveloper(state, submit.Developer, ruling),
            ListingCommand.ChangeCategory change => OfDeveloper(state, change.Developer, ruling),
            ListingCommand.Claim claim => OfReviewer(claim.Track, ruling.Role),
            ListingCommand.Release release => OfReviewer(release.Track, ruling.Role),
            ListingCommand.Decide decide => OfReviewer(decide.Track, ruling.Role),
            ListingCommand.RecordRound or ListingCommand.SuspendVersion or ListingCommand.ReinstateVersion => ruling.Role
            == ActorRole.Platform
                ? null
                : SellerRefusals.RoleForbids(ActorRole.PlatformName),
            _ => throw new InvalidOperationException($"No role for {command.GetType().Name}."),
        };

    /// <summary>What is wrong with a decision; null for a complete one.</summary>
    public static Refusal? Invalid(PluginVersion version, ListingCommand.Decide command)
    {
        var approves = command.Verdict == TrackVerdict.Approve;
        if (command.Reasons.Length > MaxReasons || (!approves && command.Reasons.IsEmpty) || !command.Reasons.All(IsReason))
        {
            return ListingRefusals.Incomplete(
                $"reasons must be 1 to {MaxReasons} texts of 1 to {MaxReason} characters, or none for an approval"
            );
        }

        if (command.Policy is not { Length: > 0 and <= MaxPolicy })
        {
            return ListingRefusals.Incomplete("the policy's version must be named");
        }

        if (command.Track == ReviewTrack.Security)
        {
            return command.Scores.IsEmpty ? null : ListingRefusals.Incomplete("only the business track has scores");
        }

        return !BusinessRubric.IsComplete(version.Category, command.Scores)
                ? ListingRefusals.Incomplete(
                    $"scores must be 0 to {BusinessRubric.MaxPoints} for {string.Join(", ", BusinessRubric.Of(version.Category).Keys)}"
                )
            : approves && BusinessRubric.PercentOf(version.Category, command.Scores) < BusinessRubric.ApprovalPercent
                ? ListingRefusals.Incomplete(
                    string.Create(CultureInfo.InvariantCulture, $"an approval needs {BusinessRubric.ApprovalPercent} % of the rubric")
                )
            : null;
    }

    private static bool IsReason(string? reason) =>
        reason is { Length: > 0 and <= MaxReason } && !reason.Any(static c => char.IsControl(c) && c != '\n');

    private static Refusal? OfDeveloper(Listing? state, DeveloperId named, ListingRuling ruling) =>
        OfDeveloper(state, named, ruling.Developer, ruling.By, ruling.Role);

    /// <summary>
    /// Refuses all but persons of the named developer in a role that may change its plugins. Another developer's plugin is answered like an
    /// unknown one.
    /// </summary>
    public static Refusal? OfDeveloper(Listing? state, DeveloperId named, Developer? known, ActorId by, ActorRole role) =>
        known is not { } developer || developer.Id != named || (state is not null && state.Developer != named) ? ListingRefusals.NotFound()
        : !MayChange(developer, by, role)
            ? SellerRefusals.RoleForbids(
                $"{ActorRole.DeveloperUserName}:{DeveloperRole.Owner.Text()}",
                $"{ActorRole.DeveloperUserName}:{DeveloperRole.Developer.Text()}"
            )
        : !developer.IsVerified ? ListingRefusals.Unverified()
        : developer.Standing == DeveloperStanding.Frozen ? ListingRefusals.Frozen()
        : null;

    private static bool MayChange(Developer developer, ActorId by, ActorRole actor) =>
        actor.DeveloperUser is { } role
        && role is DeveloperRole.Owner or DeveloperRole.Developer
        && by.Value.Split(':', 2) is [_, var person]
        && developer.RoleOf(person) == role;

    private static Refusal? OfReviewer(ReviewTrack track, ActorRole role)
    {
        var name = track == ReviewTrack.Security ? ActorRole.SecurityReviewerName : ActorRole.BusinessReviewerName;
        return role.Text == name || role.Text == name + ActorRole.PersonSuffix
            ? null
            : SellerRefusals.RoleForbids(name, name + ActorRole.PersonSuffix);
    }
}
