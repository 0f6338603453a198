using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Journal;

namespace Marketplace.Enforcement;

/// <summary>All actions against developers and plugins (R24, R25): the fold of the register's facts.</summary>
/// <param name="Actions">By number, from 1.</param>
[GenerateSerializer, Immutable, Alias("mp.enforcement.register")]
public sealed record EnforcementRegister([property: Id(0)] ImmutableArray<EnforcementAction> Actions)
{
    public static EnforcementRegister Empty { get; } = new([]);

    /// <summary>An action by its number; null for an unknown one.</summary>
    public EnforcementAction? Find(int number) => number >= 1 && number <= Actions.Length ? Actions[number - 1] : null;

    /// <summary>An action by the number of its notice; null for an unknown one.</summary>
    public EnforcementAction? Find(string notice) => Actions.FirstOrDefault(action => action.Notice == notice);

    /// <summary>What the developer's standing is by the actions in force, and under which notice.</summary>
    public (DeveloperStanding Standing, string? Notice) StandingOf(DeveloperId developer)
    {
        var inForce = Actions.Where(action => action.State == EnforcementState.InForce && action.Grounds.Developer == developer);
        var gravest = inForce
            .Where(static action => action.Grounds.Kind is EnforcementKind.Warning or EnforcementKind.Freeze)
            .MaxBy(static action => (action.Grounds.Kind, action.Number));
        return gravest switch
        {
            null => (DeveloperStanding.Active, null),
            { Grounds.Kind: EnforcementKind.Freeze } => (DeveloperStanding.Frozen, gravest.Notice),
            _ => (DeveloperStanding.Warned, gravest.Notice),
        };
    }

    /// <summary>Folds one event.</summary>
    /// <param name="event">The event.</param>
    /// <param name="at">When it was decided.</param>
    /// <param name="by">Who decided.</param>
    public EnforcementRegister After(EnforcementEvent @event, DateTimeOffset at, ActorId by) =>
        @event switch
        {
            EnforcementEvent.Proposed e => new EnforcementRegister(Actions.Add(ActionOf(e, at, by))),
            EnforcementEvent.Applied e => Change(e.Number, action =>
                action with
                {
                    State = EnforcementState.InForce,
                    Grounds = action.Grounds with { Plugins = Ids(e.Plugins) },
                    Notice = e.Notice,
                    InForceAt = at,
                    ConfirmedBy = e.ConfirmedBy,
                    IsCarriedOut = false,
                }
            ),
            EnforcementEvent.Withdrawn e => Change(e.Number, static action => action with { State = EnforcementState.Withdrawn }),
            EnforcementEvent.Lifted e => Change(e.Number, action =>
                action with
                {
                    State = EnforcementState.Lifted,
                    LiftedBy = by.Value,
                    LiftedAt = at,
                    LiftReason = e.Reason,
                    IsCarriedOut = false,
                }
            ),
            EnforcementEvent.CarriedOut e => Change(e.Number, static action => action with { IsCarriedOut = true }),
            EnforcementEvent.Appealed e => Change(e.Number, action =>
                action with
                {
                    Appeal = new EnforcementAppeal(e.Text, at, null, null),
                }
            ),
            EnforcementEvent.AppealRejected e => Change(e.Number, action =>
                action with
                {
                    Appeal = action.Appeal! with { Answer = e.Reason, AnsweredAt = at },
                }
            ),
            EnforcementEvent.NothingChanged => this,
            _ => throw new InvalidOperationException($"No fold for {@event.GetType().Name}."),
        };

    private EnforcementRegister Change(int number, Func<EnforcementAction, EnforcementAction> change)
    {
        var action = Find(number) ?? throw new InvalidOperationException($"The journal decides about the unknown action {number}.");
        return new EnforcementRegister(Actions.SetItem(number - 1, change(action)));
    }

    private static EnforcementAction ActionOf(EnforcementEvent.Proposed e, DateTimeOffset at, ActorId by)
    {
        var developer = e.Developer is { } id ? DeveloperId.Parse(id, null) : default(DeveloperId?);
        var grounds = new EnforcementGrounds(e.Kind, developer, Ids(e.Plugins), e.Version, e.Rule, e.Reason, e.Advice, e.Policy);
        return new EnforcementAction(e.Number, grounds, EnforcementState.Proposed, by.Value, at);
    }

    private static ImmutableArray<PluginId> Ids(ImmutableArray<string> texts) =>
        [.. texts.Select(static text => PluginId.Parse(text, null))];
}
