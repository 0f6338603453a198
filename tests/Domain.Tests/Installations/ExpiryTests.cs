using Marketplace.Installations;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Installations;

public sealed class ExpiryTests
{
    private static readonly DateTimeOffset End = InstallationKit.Noon.AddDays(365);
    private static readonly DateTimeOffset SensitiveEnd = InstallationKit.Noon.AddDays(30);

    [Fact]
    public void The_authorisation_ends_by_the_clock_alone_and_a_new_consent_begins_the_next()
    {
        var kit = InstallationKit.Running();
        kit.Now = End.AddTicks(-1);
        Assert.Null(kit.Call("orders.read"));
        kit.Now = End;
        Assert.Equal(InstallationRefusals.AuthorisationExpired, kit.Call("orders.read"));
        Assert.Equal((InstallationPhase.AuthorisationExpired, SellerState.AuthExpired), (kit.Phase, kit.State!.StateAt(kit.Now)));
        Assert.Equal(InstallationRefusals.StateForbidsCode, kit.Refused(new InstallationCommand.Pause(null)));
        Assert.Equal(InstallationRefusals.StateForbidsCode, kit.Refused(kit.Grants(confirmed: false)));

        kit.Does(kit.Consent(confirmed: false, kit.Plugin.RequiredScopes));
        Assert.Equal((InstallationPhase.Running, null), (kit.Phase, kit.Call("orders.read")));
        Assert.Equal(End.AddDays(365), kit.State.Consent!.ExpiresAt);
    }

    [Fact]
    public void A_meter_refuses_at_the_end_without_being_told()
    {
        var kit = InstallationKit.Running("products.write");
        var meter = new CallMeter(
            InstallationKit.Id,
            MarketCalendar.Shanghai,
            Entitlements.Of(kit.State!, kit.Plugin),
            UsageHistory.None,
            kit.Now
        );
        Assert.IsType<Reservation.Granted>(Reserve(1, "products.write", SensitiveEnd.AddTicks(-1)));
        Assert.Equal(QuotaRefusals.ScopeExpiredCode, Code(2, "products.write", SensitiveEnd));
        Assert.IsType<Reservation.Granted>(Reserve(3, "orders.read", SensitiveEnd));
        Assert.Equal(InstallationRefusals.AuthorisationExpired, Code(4, "orders.read", End));

        Reservation Reserve(int call, string scope, DateTimeOffset at) =>
            meter.Reserve(
                new CallIntent(
                    (UInt128)call,
                    OperationName.Parse("operation"),
                    scope,
                    true,
                    DataRegion.Parse("eu"),
                    "token",
                    DateTimeOffset.MaxValue,
                    null
                ),
                at
            );

        string? Code(int call, string scope, DateTimeOffset at) => (Reserve(call, scope, at) as Reservation.Refused)?.Refusal.Code;
    }

    [Fact]
    public void Who_comes_when_something_is_due_notes_three_warnings_and_the_end_each_once_at_its_instant()
    {
        var kit = InstallationKit.Running("products.write");
        var noted = new List<(string Type, DateTimeOffset At)>();
        while (InstallationClock.NextDue(kit.State!, kit.Now) is { } due && due <= End)
        {
            Assert.True(due > kit.Now);
            kit.Now = due;
            noted.AddRange(Ends(kit).Select(@event => (@event.Type, kit.Now)));
            Assert.Empty(Ends(kit));
        }

        Assert.Equal(
            [
                .. new[] { 72, 48, 24 }.Select(hours => ("expiry-near", SensitiveEnd.AddHours(-hours))),
                ("scopes-expired", SensitiveEnd),
                .. new[] { 72, 48, 24 }.Select(hours => ("expiry-near", End.AddHours(-hours))),
                ("authorisation-expired", End),
            ],
            noted
        );
    }

    [Fact]
    public void Of_warnings_that_were_slept_through_only_the_last_is_given()
    {
        var kit = InstallationKit.Running();
        kit.Now = End.AddHours(-30);
        Assert.Equal(48, Assert.IsType<InstallationEvent.ExpiryNear>(Assert.Single(Ends(kit))).Hours);
    }

    [Fact]
    public void Sensitive_scopes_lapse_first_with_warnings_of_their_own_and_the_rest_goes_on()
    {
        var kit = InstallationKit.Running("products.write");
        kit.Now = SensitiveEnd.AddHours(-72);
        Assert.Equal(["products.write"], Assert.IsType<InstallationEvent.ExpiryNear>(Assert.Single(Ends(kit))).Scopes);

        kit.Now = SensitiveEnd;
        Assert.Equal(["logistics.write", "orders.read"], kit.State!.GrantsAt(kit.Now));
        Assert.Equal(["products.write"], Assert.IsType<InstallationEvent.ScopesExpired>(Assert.Single(Ends(kit))).Scopes);
        Assert.Equal(["logistics.write", "orders.read"], kit.State.Grants);
        Assert.Equal((null, QuotaRefusals.ScopeExpiredCode), (kit.Call("orders.read"), kit.Call("products.write")));
        Assert.Equal(InstallationPhase.Running, kit.Phase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lapsed_scope_is_granted_anew_by_confirming_it_whether_or_not_the_lapse_was_noted(bool noted)
    {
        var kit = InstallationKit.Running("products.write");
        kit.Now = SensitiveEnd.AddDays(1);
        if (noted)
        {
            kit.Tick();
        }

        var again = kit.Grants(confirmed: false, "logistics.write", "orders.read", "products.write");
        Assert.Equal(InstallationRefusals.BroaderGrantCode, kit.Refused(again));
        kit.Does(kit.Grants(confirmed: true, again.Grants));
        Assert.Null(kit.Call("products.write"));
        Assert.Equal(kit.Now.AddDays(30), kit.State!.SensitiveUntil["products.write"]);
    }

    [Fact]
    public void A_change_of_other_grants_does_not_prolong_a_sensitive_one()
    {
        var kit = InstallationKit.Running("products.write");
        kit.Now = kit.Now.AddDays(20);
        kit.Does(kit.Grants(confirmed: true, "logistics.write", "orders.flag", "orders.read", "products.write"));
        Assert.Equal(SensitiveEnd, kit.State!.SensitiveUntil["products.write"]);
    }

    [Fact]
    public void A_sensitive_scope_never_outlives_the_authorisation()
    {
        var kit = InstallationKit.Running();
        kit.Now = End.AddDays(-10);
        kit.Does(kit.Grants(confirmed: true, "logistics.write", "orders.read", "products.write"));
        Assert.Equal(End, kit.State!.SensitiveUntil["products.write"]);
        kit.Now = End.AddHours(-72);
        Assert.Empty(Assert.IsType<InstallationEvent.ExpiryNear>(Assert.Single(Ends(kit))).Scopes);
    }

    [Fact]
    public void A_renewed_consent_begins_the_warnings_anew()
    {
        var kit = InstallationKit.Running();
        kit.Now = End.AddHours(-1);
        kit.Tick();
        kit.Does(kit.Consent(confirmed: false, kit.Plugin.RequiredScopes));
        Assert.Empty(Ends(kit));
        kit.Now = End.AddDays(365).AddHours(-24);
        Assert.Equal(24, Assert.IsType<InstallationEvent.ExpiryNear>(Assert.Single(Ends(kit))).Hours);
    }

    [Fact]
    public void A_suspension_and_a_disabling_matter_more_than_the_end()
    {
        var kit = InstallationKit.Running();
        kit.Does(new InstallationCommand.Suspend("abuse"));
        kit.Now = End;
        Assert.Equal(InstallationRefusals.InstallationSuspended, kit.Call("orders.read"));
        kit.Does(new InstallationCommand.Disable(null));
        Assert.Equal(InstallationRefusals.InstallationDisabled, kit.Call("orders.read"));
        Assert.Empty(Ends(kit));
    }

    /// <summary>What the clock notes of ends; reminders of the review are another matter.</summary>
    private static InstallationEvent[] Ends(InstallationKit kit) =>
        [.. kit.Tick().Select(due => due.Event).Where(@event => @event is not InstallationEvent.ReviewDue)];
}
