using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Installations;

/// <summary>An installation that tests drive by commands, as its grain does: decide, encode, decode, fold.</summary>
internal sealed class InstallationKit
{
    public const string Licence = "91440300MA5TEST00X";

    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);

    private readonly List<(string Type, ReadOnlyMemory<byte> Payload, DateTimeOffset At)> _facts = [];

    public static InstallationId Id { get; } = InstallationId.Parse("s-1/label-printer", null);

    public PluginProfile Plugin { get; set; } = Profile(["logistics.write", "orders.read"], ["orders.flag", "products.write"]);

    public DateTimeOffset Now { get; set; } = Noon;

    public Installation? State { get; private set; }

    public int Facts => _facts.Count;

    public InstallationPhase Phase => State!.PhaseAt(Now);

    private Agreement Agreement => Plugin.Manifest.Agreement;

    public static PluginProfile Profile(string[] required, string[] optional, int version = 1, Agreement? agreement = null)
    {
        var scopes = required.Concat(optional).Order(StringComparer.Ordinal).ToImmutableArray();
        var manifest = new PluginManifest(
            version,
            [
                .. scopes.Select(scope => new ScopeDeclaration(
                    scope,
                    required.Contains(scope),
                    new BilingualText("用途", "purpose"),
                    new BilingualText("否则", "without")
                )),
            ],
            agreement ?? Agreement.Standard,
            null,
            []
        );
        return new PluginProfile(
            Id.Plugin,
            "Label printer",
            PluginCategory.Logistics,
            true,
            scopes,
            PriceBook.Standard,
            BurstLimit.Standard,
            DataRegion.Parse("eu")
        )
        {
            Manifest = manifest,
        };
    }

    /// <summary>Enabled, consented to the required scopes and what else is named, verified.</summary>
    public static InstallationKit Running(params string[] more)
    {
        var kit = new InstallationKit();
        kit.Does(new InstallationCommand.Enable());
        kit.Does(kit.Consent(confirmed: true, [.. kit.Plugin.RequiredScopes, .. more]));
        kit.Does(new InstallationCommand.AcceptEntity(Licence));
        return kit;
    }

    public InstallationCommand.Consent Consent(bool confirmed, params ImmutableArray<string> scopes) =>
        new(Agreement.Version, Agreement.Hash, scopes, confirmed ? ConsentRules.ConfirmationOf(Id, scopes, Agreement.Hash) : null);

    public InstallationCommand.ChangeGrants Grants(bool confirmed, params ImmutableArray<string> scopes) =>
        new(scopes, confirmed ? ConsentRules.ConfirmationOf(Id, scopes, Agreement.Hash) : null);

    /// <summary>Who gives a command as a rule.</summary>
    public static ActorRole RoleFor(InstallationCommand command) =>
        command switch
        {
            InstallationCommand.Suspend or InstallationCommand.Lift => ActorRole.Operator,
            InstallationCommand.AcceptEntity or InstallationCommand.DropEntity or InstallationCommand.RevokeToken => ActorRole.Platform,
            _ => ActorRole.OfUser(SellerRole.Owner),
        };

    /// <summary>Carries a command out, if it is not refused.</summary>
    public Refusal? Try(InstallationCommand command) => Try(command, RoleFor(command));

    public Refusal? Try(InstallationCommand command, ActorRole role)
    {
        var decision = InstallationRules.Decide(State, command, new DecisionContext(Id, Plugin, Now, role));
        if (decision.Refusal is { } refusal)
        {
            return refusal;
        }

        foreach (var @event in decision.Value)
        {
            Happens(@event);
        }

        return null;
    }

    /// <summary>Carries a command out that must not be refused.</summary>
    public void Does(InstallationCommand command) => Assert.Null(Try(command));

    public void Does(InstallationCommand command, ActorRole role) => Assert.Null(Try(command, role));

    public string? Refused(InstallationCommand command) => Try(command)?.Code;

    public string? Refused(InstallationCommand command, ActorRole role) => Try(command, role)?.Code;

    /// <summary>What the clock makes due, all of it.</summary>
    public ImmutableArray<(InstallationEvent Event, OperationId OperationId)> Tick()
    {
        var @event = ImmutableArray.CreateBuilder<(InstallationEvent, OperationId)>();
        while (InstallationClock.Due(State!, Now) is { } due)
        {
            Happens(due.Event);
            @event.Add(due);
        }

        return @event.ToImmutable();
    }

    public void Happens(InstallationEvent @event)
    {
        _facts.Add((@event.Type, @event.Encode(), Now));
        State = Installation.Evolve(State, @event, Now, ActorId.Parse("actor"));
    }

    /// <summary>The state as the journal's bytes tell it.</summary>
    public Installation? Replayed() =>
        _facts.Aggregate((Installation?)null, (state, fact) =>
            Installation.Evolve(state, InstallationEvent.Decode(fact.Type, fact.Payload), fact.At, ActorId.Parse("actor"))
        );

    public static string Flat(Installation? state) => state is null ? "none" : System.Text.Json.JsonSerializer.Serialize(state);

    /// <summary>How a call with the scope is decided now, with a token of any enablement or of one; null if it passes.</summary>
    public string? Call(string scope, DateTimeOffset? enabledAt = null)
    {
        var meter = new CallMeter(Id, MarketCalendar.Shanghai, Entitlements.Of(State!, Plugin), UsageHistory.None, Now);
        var intent = new CallIntent(
            1,
            OperationName.Parse("operation"),
            scope,
            true,
            DataRegion.Parse("eu"),
            "token",
            DateTimeOffset.MaxValue,
            null
        )
        {
            TokenEnabledAt = enabledAt,
        };
        return meter.Reserve(intent, Now) is Reservation.Refused refused ? refused.Refusal.Code : null;
    }
}
