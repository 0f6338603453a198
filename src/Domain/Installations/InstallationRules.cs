using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Enforcement;
using Marketplace.Enterprises;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Installations;

/// <summary>The inputs of a decision besides state and command.</summary>
/// <param name="Installation">The installation.</param>
/// <param name="Plugin">The plugin as certified now.</param>
/// <param name="Now">The instant of the decision.</param>
/// <param name="Role">In which role the command is given; the default may do nothing.</param>
public readonly record struct DecisionContext(InstallationId Installation, PluginProfile Plugin, DateTimeOffset Now, ActorRole Role)
{
    /// <summary>The current day of business; the default is before any announced prices.</summary>
    public DateOnly Today { get; init; }

    /// <summary>The plugin's price book of the day.</summary>
    public PriceBook Prices => Plugin.PriceSchedule.On(Today);
}

/// <summary>The rules of an installation's life cycle.</summary>
public static class InstallationRules
{
    /// <summary>Decides a command; an empty list means nothing to change.</summary>
    /// <param name="state">Null before the installation was enabled.</param>
    /// <param name="command">The command.</param>
    /// <param name="context">Installation, plugin and instant.</param>
    public static Outcome<ImmutableArray<InstallationEvent>> Decide(
        Installation? state,
        InstallationCommand command,
        in DecisionContext context
    )
    {
        if (CommandRoles.Forbids(context.Role, command) is { } forbidden)
        {
            return forbidden;
        }

        if (command is InstallationCommand.Enable)
        {
            // R01: only certified plugins are installable.
            return context.Plugin.Block is { } block ? EnforcementRefusals.Stopped(block)
                : context.Plugin.Certified ? If(state is null or { Disabling: not null }, new InstallationEvent.EnablementStarted())
                : InstallationRefusals.NotCertified(context.Plugin.Id);
        }

        if (state is null)
        {
            return InstallationRefusals.NotFound();
        }

        if (InstallationStates.Forbids(state, command, context.Now) is { } refusal)
        {
            return refusal;
        }

        return command switch
        {
            InstallationCommand.Consent consent => ConsentRules.Consent(consent, context),
            InstallationCommand.ChangeGrants change => ConsentRules.ChangeGrants(state, change, context),
            InstallationCommand.AcceptEntity accept => AcceptEntity(state, accept),
            InstallationCommand.DropEntity drop => DropEntity(state, drop),
            InstallationCommand.Pause pause => If(state.Pause is null, new InstallationEvent.Paused(pause.Reason)),
            InstallationCommand.Resume => If(state.Pause is not null, new InstallationEvent.Resumed()),
            InstallationCommand.Suspend suspend => If(state.Suspension is null, new InstallationEvent.Suspended(suspend.Reason)),
            InstallationCommand.Lift => If(state.Suspension is not null, new InstallationEvent.SuspensionLifted()),
            InstallationCommand.Disable disable => If(state.Disabling is null, new InstallationEvent.Disabled(disable.Reason)),
            InstallationCommand.SignOffReview review => If(
                true,
                new InstallationEvent.ReviewSignedOff(state.GrantsAt(context.Now), ConsentRules.Sorted(review.Idle))
            ),
            InstallationCommand.ChangeSettings settings => ChangeSettings(state, settings, context.Role),
            InstallationCommand.RevokeToken revoke => If(
                !state.RevokedTokens.ContainsKey(revoke.TokenId),
                new InstallationEvent.TokenRevoked(revoke.TokenId, revoke.ExpiresAt)
            ),
            _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
        };
    }

    /// <summary>The command that follows from the state of the seller's enterprise; null if none.</summary>
    public static InstallationCommand? CommandFor(Installation state, EntityStatus status) =>
        status switch
        {
            { Approved: true, Licence: { } licence } => new InstallationCommand.AcceptEntity(licence, status.Version),
            // Another enterprise has its own version numbers.
            _ when state.Entity is { } entity => new InstallationCommand.DropEntity(
                status.Review.Text(),
                entity.Licence,
                status.Licence == entity.Licence ? status.Version : 0
            ),
            _ => null,
        };

    private static Outcome<ImmutableArray<InstallationEvent>> AcceptEntity(Installation state, InstallationCommand.AcceptEntity accept) =>
        If(
            state.Entity?.Licence != accept.Licence && !IsOld(state, accept.Licence, accept.Version),
            new InstallationEvent.EntityAccepted(accept.Licence, accept.Version)
        );

    private static Outcome<ImmutableArray<InstallationEvent>> DropEntity(Installation state, InstallationCommand.DropEntity drop) =>
        state.Entity is { } entity && (drop.Licence ?? entity.Licence) == entity.Licence && !IsOld(state, entity.Licence, drop.Version)
            ? If(true, new InstallationEvent.EntityDropped(drop.Reason, entity.Licence, drop.Version))
            : ImmutableArray<InstallationEvent>.Empty;

    // Updates about an enterprise are delivered more than once; an outdated one must not be applied again.
    private static bool IsOld(Installation state, string licence, long version) =>
        version > 0 && state.EntityHeard is { } heard && heard.Licence == licence && version < heard.Version;

    private static Outcome<ImmutableArray<InstallationEvent>> ChangeSettings(
        Installation state,
        InstallationCommand.ChangeSettings named,
        ActorRole role
    )
    {
        var settings = named with
        {
            SyncWindowHours = named.KeepsWindow ? state.SyncWindowHours : named.SyncWindowHours,
            SpendCap = named.KeepsCap ? state.SpendCap : named.SpendCap,
        };
        if (settings.SyncWindowHours is < 1 or > Installation.MaxSyncWindowHours)
        {
            return InstallationRefusals.Setting("sync_window_hours", $"1 to {Installation.MaxSyncWindowHours}, or null for all orders");
        }

        if (settings.SpendCap is < 0 or > Installation.MaxSpendCap || (settings.SpendCap is { } cap && decimal.Round(cap, 3) != cap))
        {
            return InstallationRefusals.Setting(
                "spend_cap",
                $"0 to {Installation.MaxSpendCap} CNY with at most three decimals, or null for no cap"
            );
        }

        if (!role.MayApproveCharges && state.SpendCap is { } before && !(settings.SpendCap <= before))
        {
            return SellerRefusals.Role(SellerRole.Owner, SellerRole.Finance);
        }

        var changes = settings.SyncWindowHours != state.SyncWindowHours || settings.SpendCap != state.SpendCap;
        return If(changes, new InstallationEvent.SettingsChanged(settings.SyncWindowHours, settings.SpendCap));
    }

    private static Outcome<ImmutableArray<InstallationEvent>> If(bool changes, InstallationEvent @event) =>
        changes ? ImmutableArray.Create(@event) : ImmutableArray<InstallationEvent>.Empty;
}
