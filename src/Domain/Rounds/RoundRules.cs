using System.Collections.Immutable;
using Marketplace.Developers;
using Marketplace.Journal;
using Marketplace.Listings;
using Marketplace.Quotas;

namespace Marketplace.Rounds;

/// <summary>What the start of a round depends on besides the rounds before.</summary>
/// <param name="Now">The instant.</param>
/// <param name="By">Who gives the command.</param>
/// <param name="Role">In which role; the default may do nothing.</param>
/// <param name="Developer">The named developer as it is now; null if there is none.</param>
/// <param name="Listing">The plugin's listing; null for an unknown plugin.</param>
/// <param name="Subject">The version; null if it is not stored, or the gate blocks it.</param>
/// <param name="Policy">The rules in force.</param>
/// <param name="Region">The region that this cluster serves.</param>
public sealed record RoundRuling(
    DateTimeOffset Now,
    ActorId By,
    ActorRole Role,
    Developer? Developer,
    Listing? Listing,
    RoundSubject? Subject,
    RoundPolicy Policy,
    DataRegion Region
);

/// <summary>Decides whether a round may start (R08): after the gate, one at a time, apart from the one before, in limited number.</summary>
public static class RoundRules
{
    private const int MaxReason = 500;

    /// <summary>The start, or why it is refused.</summary>
    public static Outcome<ImmutableArray<RoundEvent>> Decide(VersionRounds? state, StartRound command, RoundRuling ruling)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(ruling);
        if (ListingAuthority.OfDeveloper(ruling.Listing, command.Developer, ruling.Developer, ruling.By, ruling.Role) is { } forbidden)
        {
            return forbidden;
        }

        if (ruling.Listing?.Find(command.Hash) is not { } version)
        {
            return ruling.Listing is null ? ListingRefusals.NotFound() : ListingRefusals.VersionNotFound();
        }

        return version.Submission.Gate.Blocking > 0 ? ListingRefusals.Blocked(version.Submission.Gate.Blocking)
            : ruling.Subject is not { } subject ? ListingRefusals.VersionNotFound()
            : subject.Profile.Region != ruling.Region ? QuotaRefusals.Region(subject.Profile.Region, ruling.Region)
            : WrongReason(command, subject) is { } wrong ? wrong
            : Denied(state, ruling) is { } denied ? denied
            : ImmutableArray.Create<RoundEvent>(Start(state, command, subject, ruling.Policy));
    }

    private static Refusal? WrongReason(StartRound command, RoundSubject subject) =>
        command.Justified.Keys.FirstOrDefault(scope => !subject.Scopes.Contains(scope)) is { } unknown
            ? RoundRefusals.Unjustified($"the version does not declare the scope '{unknown}'")
        : command.Justified.Values.All(static reason =>
            reason is { Length: > 0 and <= MaxReason } && !reason.Any(static c => char.IsControl(c) && c != '\n')
        )
            ? null
        : RoundRefusals.Unjustified($"a reason is a text of 1 to {MaxReason} characters");

    private static Refusal? Denied(VersionRounds? state, RoundRuling ruling) =>
        state is null ? null
        : state.Running is { } running ? RoundRefusals.Running(running.Id.Number, running.ClosesAt)
        : state.All.Length >= ListingRules.MaxRounds ? RoundRefusals.TooMany(ListingRules.MaxRounds)
        : state.Last.End!.At + ruling.Policy.Spacing is var free && ruling.Now < free ? RoundRefusals.TooSoon(free)
        : null;

    private static RoundEvent.Started Start(VersionRounds? state, StartRound command, RoundSubject subject, RoundPolicy policy)
    {
        var seed = command.Seed ?? command.Drawn;
        var plan = RoundPlan.Of(subject, policy, seed, command.Operations);
        return new RoundEvent.Started(command.Hash, (state?.All.Length ?? 0) + 1, seed, plan.Requests.Length, policy, command.Justified);
    }
}
