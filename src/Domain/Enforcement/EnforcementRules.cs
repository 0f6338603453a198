using System.Collections.Immutable;
using Marketplace.Developers;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Enforcement;

/// <summary>What a decision about enforcement depends on besides the register.</summary>
/// <param name="Now">The instant of the decision.</param>
/// <param name="Today">Its day of business, for the notice's number.</param>
/// <param name="By">Who gives the command.</param>
/// <param name="Role">In which role; the default may do nothing.</param>
/// <param name="Developer">The developer of an appeal, as it is now; null for other commands.</param>
public sealed record EnforcementRuling(DateTimeOffset Now, DateOnly Today, ActorId By, ActorRole Role, Developer? Developer)
{
    /// <summary>The signed-in person; null for a client.</summary>
    public string? Person => PersonOf(By.Value);

    /// <summary>The person in an actor's id; null for a client.</summary>
    public static string? PersonOf(string actor) => actor.Split(':', 2) is [_, var person] ? person : null;
}

/// <summary>
/// Decides commands of the register. A freeze stops everything of a developer, so two persons decide it: the one who proposed it cannot
/// confirm it, whichever client either of them used.
/// </summary>
public static class EnforcementRules
{
    /// <summary>The greatest number of actions.</summary>
    public const int MaxActions = 100_000;

    private const int MaxText = 500;
    private const int MaxAppeal = 4_000;
    private const int MaxRule = 64;
    private const int MaxPolicy = 64;

    /// <summary>Decides a command; an empty list means nothing to change.</summary>
    public static Outcome<ImmutableArray<EnforcementEvent>> Decide(
        EnforcementRegister state,
        EnforcementCommand command,
        EnforcementRuling ruling
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(ruling);
        return Forbids(command, ruling) is { } refusal
            ? refusal
            : command switch
            {
                EnforcementCommand.Decide decide => Decide(state, decide.Grounds, ruling),
                EnforcementCommand.Confirm confirm => On(state, confirm.Number, action => Confirm(state, action, confirm, ruling)),
                EnforcementCommand.Withdraw withdraw => On(state, withdraw.Number, action =>
                    action.State == EnforcementState.Proposed ? One(new EnforcementEvent.Withdrawn(action.Number)) : Wrong(action)
                ),
                EnforcementCommand.Lift lift => On(state, lift.Number, action => !IsText(lift.Reason, MaxText)
                        ? InvalidText("reason", MaxText)
                    : action.State == EnforcementState.InForce ? One(new EnforcementEvent.Lifted(action.Number, lift.Reason))
                    : Wrong(action)),
                EnforcementCommand.Appeal appeal => Appeal(state, appeal),
                EnforcementCommand.RejectAppeal reject => On(state, reject.Number, action => !IsText(reject.Reason, MaxText)
                        ? InvalidText("reason", MaxText)
                    : action is { State: EnforcementState.InForce, Appeal: { Answer: null } }
                        ? One(new EnforcementEvent.AppealRejected(action.Number, reject.Reason))
                    : Wrong(action)),
                _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
            };
    }

    private static Refusal? Forbids(EnforcementCommand command, EnforcementRuling ruling) =>
        command switch
        {
            EnforcementCommand.Appeal appeal => MayAppeal(appeal, ruling) ? null : EnforcementRefusals.NoNotice(),
            _ when !ruling.Role.IsOperator => SellerRefusals.RoleForbids(ActorRole.OperatorName, ActorRole.OperatorUserName),
            EnforcementCommand.Confirm or EnforcementCommand.Decide { Grounds.Kind: EnforcementKind.Freeze } when ruling.Person is null =>
                EnforcementRefusals.NoPerson(),
            _ => null,
        };

    private static bool MayAppeal(EnforcementCommand.Appeal appeal, EnforcementRuling ruling) =>
        ruling.Developer is { } developer
        && developer.Id == appeal.Developer
        && ruling.Role.DeveloperUser is { } role
        && role is DeveloperRole.Owner or DeveloperRole.Developer
        && developer.RoleOf(ruling.Person) == role;

    private static Outcome<ImmutableArray<EnforcementEvent>> Decide(
        EnforcementRegister state,
        EnforcementGrounds grounds,
        EnforcementRuling ruling
    )
    {
        if (Fault(grounds) is { } fault)
        {
            return EnforcementRefusals.Invalid(fault);
        }

        if (state.Actions.FirstOrDefault(known => IsSame(known, grounds)) is { } same)
        {
            return EnforcementRefusals.Conflict(same.Number);
        }

        if (state.Actions.Length >= MaxActions)
        {
            return EnforcementRefusals.Invalid(FormattableString.Invariant($"The register has {MaxActions} actions, which is the most"));
        }

        var number = state.Actions.Length + 1;
        ImmutableArray<string> plugins = [.. grounds.Plugins.Select(static plugin => plugin.Value)];
        var proposed = new EnforcementEvent.Proposed(
            number,
            grounds.Kind,
            grounds.Developer?.Value,
            plugins,
            grounds.Version,
            grounds.Rule,
            grounds.Reason,
            grounds.Advice,
            grounds.Policy
        );
        return grounds.Kind == EnforcementKind.Freeze
            ? One(proposed)
            : ImmutableArray.Create<EnforcementEvent>(
                proposed,
                new EnforcementEvent.Applied(number, NextNotice(state, ruling.Today), plugins, null)
            );
    }

    private static Outcome<ImmutableArray<EnforcementEvent>> Confirm(
        EnforcementRegister state,
        EnforcementAction action,
        EnforcementCommand.Confirm command,
        EnforcementRuling ruling
    ) =>
        action.State != EnforcementState.Proposed ? Wrong(action)
        : EnforcementRuling.PersonOf(action.ProposedBy) == ruling.Person ? EnforcementRefusals.SamePerson()
        : One(
            new EnforcementEvent.Applied(
                action.Number,
                NextNotice(state, ruling.Today),
                [.. command.Plugins.Select(static plugin => plugin.Value)],
                ruling.By.Value
            )
        );

    private static Outcome<ImmutableArray<EnforcementEvent>> Appeal(EnforcementRegister state, EnforcementCommand.Appeal appeal) =>
        state.Find(appeal.Notice) is not { } action || action.Grounds.Developer != appeal.Developer ? EnforcementRefusals.NoNotice()
        : !IsText(appeal.Text, MaxAppeal, lines: true) ? InvalidText("text", MaxAppeal)
        : action.State != EnforcementState.InForce || action.Appeal is { Answer: null } ? Wrong(action)
        : One(new EnforcementEvent.Appealed(action.Number, appeal.Text));

    /// <summary>Against the same developer, plugin or version, and not over.</summary>
    private static bool IsSame(EnforcementAction known, EnforcementGrounds grounds) =>
        known.State is EnforcementState.Proposed or EnforcementState.InForce
        && known.Grounds.Kind == grounds.Kind
        && grounds.Kind switch
        {
            EnforcementKind.Warning => false,
            EnforcementKind.Freeze => known.Grounds.Developer == grounds.Developer,
            EnforcementKind.Delisting => known.Grounds.Plugins.SequenceEqual(grounds.Plugins),
            EnforcementKind.VersionSuspension => known.Grounds.Plugins.SequenceEqual(grounds.Plugins)
                && known.Grounds.Version == grounds.Version,
            _ => throw new InvalidOperationException($"No rule for {grounds.Kind}."),
        };

    private static string NextNotice(EnforcementRegister state, DateOnly day)
    {
        var prefix = FormattableString.Invariant($"MP-{day:yyyyMMdd}-");
        var used = state.Actions.Count(action => action.Notice?.StartsWith(prefix, StringComparison.Ordinal) == true);
        return FormattableString.Invariant($"{prefix}{used + 1}");
    }

    private static string? Fault(EnforcementGrounds grounds) =>
        !IsRule(grounds.Rule) ? $"rule must be 1 to {MaxRule} characters of a–z, 0–9 and -"
        : !IsBoth(grounds.Reason) ? $"reason must have zh and en of 1 to {MaxText} characters each"
        : !IsBoth(grounds.Advice) ? $"advice must have zh and en of 1 to {MaxText} characters each"
        : !IsText(grounds.Policy, MaxPolicy) ? $"policy must be 1 to {MaxPolicy} characters"
        : grounds.Kind is EnforcementKind.Warning or EnforcementKind.Freeze
            ? grounds is { Developer: not null, Version: null } ? null
                : "a warning or freeze names a developer and no version"
        : grounds.Plugins.Length != 1 ? "a delisting or suspension names one plugin"
        : grounds.Kind == EnforcementKind.VersionSuspension == grounds.Version is null ? "only a suspension names a version, and needs one"
        : null;

    private static bool IsRule(string? rule) =>
        rule is { Length: > 0 and <= MaxRule } && rule.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    private static bool IsBoth(BilingualText text) => IsText(text.Zh, MaxText) && IsText(text.En, MaxText);

    private static bool IsText(string? text, int max, bool lines = false) =>
        text is { Length: > 0 } && text.Length <= max && !text.Any(c => char.IsControl(c) && !(lines && c == '\n'));

    private static Refusal InvalidText(string member, int max) =>
        EnforcementRefusals.Invalid(FormattableString.Invariant($"{member} must be 1 to {max} printable characters"));

    private static Refusal Wrong(EnforcementAction action) => EnforcementRefusals.State(EnforcementRefusals.Text(action.State));

    private static Outcome<ImmutableArray<EnforcementEvent>> On(
        EnforcementRegister state,
        int number,
        Func<EnforcementAction, Outcome<ImmutableArray<EnforcementEvent>>> decide
    ) => state.Find(number) is { } action ? decide(action) : EnforcementRefusals.NotFound();

    private static Outcome<ImmutableArray<EnforcementEvent>> One(EnforcementEvent @event) => ImmutableArray.Create(@event);
}
