using System.Collections.Immutable;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Evidence;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Domain.Tests.Evidence;

/// <summary>The labelled corpus: for each cause what happened to an order, as a shop's log would show it.</summary>
internal static class EvidenceCorpus
{
    private static readonly DateTimeOffset Start = EvidenceKit.Start;

    /// <summary>What happened, by the cause that somebody who watched would name.</summary>
    public static ImmutableArray<(string Cause, Func<int, EvidenceKit> Make)> Cases { get; } =
    [
        (EvidenceCauses.DeliveredInTime, InTime),
        (EvidenceCauses.DeliveredInTime, InTimeAfterRetries),
        (EvidenceCauses.DeliveredInTime, PulledInTime),
        (EvidenceCauses.DeliveredInTime, WithoutTracks),
        (EvidenceCauses.WaitingInTime, seed => Failing(seed, SendErrors.Timeout, null, Start.AddHours(1))),
        (EvidenceCauses.WaitingInTime, JustAccepted),
        (EvidenceCauses.OrderUnknown, seed => new EvidenceKit(seed)),
        (EvidenceCauses.ScopeNeverGranted, seed => Withheld(new EvidenceKit(seed, EventScopes.Products))),
        (EvidenceCauses.ScopeWithdrawn, Withdrawn),
        (EvidenceCauses.ScopeExpired, Expired),
        (EvidenceCauses.ScopeNotCertified, NotCertified),
        (EvidenceCauses.TypeNotWanted, Unwanted),
        (EvidenceCauses.OutsideSyncWindow, OutsideWindow),
        (EvidenceCauses.BeforeEnabling, BeforeEnabling),
        (EvidenceCauses.PausedBySeller, seed => Stopped(seed, new InstallationEvent.Paused("盘点"))),
        (EvidenceCauses.PausedBySeller, PausedThenLate),
        (EvidenceCauses.DisabledBySeller, seed => Stopped(seed, new InstallationEvent.Disabled(null))),
        (EvidenceCauses.DisabledBySeller, EnabledAgain),
        (EvidenceCauses.ScopeNeverGranted, GrantedAndReplayed),
        (EvidenceCauses.DeliveredInTime, AcknowledgedBeforeAnotherEnabling),
        (EvidenceCauses.SuspendedByPlatform, seed => Stopped(seed, new InstallationEvent.Suspended("review"))),
        (EvidenceCauses.EntityUnverified, seed => Stopped(seed, new InstallationEvent.EntityDropped("lapsed", "91440300MA5TESTS0X", 2))),
        (EvidenceCauses.AuthorisationExpired, AuthorisationOver),
        (EvidenceCauses.RegionMismatch, OtherRegion),
        (EvidenceCauses.SourceLate, SourceLate),
        (EvidenceCauses.DeliveredInTime, History),
        (EvidenceCauses.PlatformOutage, seed => DarkThenLate(seed, EvidenceRoute.Push)),
        (EvidenceCauses.PlatformOutage, seed => DarkThenLate(seed, EvidenceRoute.Pull)),
        (EvidenceCauses.PlatformOutage, FailedThenDark),
        (EvidenceCauses.DispatchedLate, FailedThenForgotten),
        (EvidenceCauses.ReceiverError, AskedToWait),
        (EvidenceCauses.EndpointThrottles, Throttling),
        (EvidenceCauses.EndpointThrottles, StillThrottling),
        (EvidenceCauses.EndpointRejects, ParkedBefore),
        (EvidenceCauses.InternalError, seed => Failing(seed, SendErrors.Internal, null)),
        (EvidenceCauses.InternalError, seed => Recovering(seed, SendErrors.Internal, null)),
        (EvidenceCauses.NotDispatched, NotDispatched),
        (EvidenceCauses.DispatchedLate, DispatchedLate),
        (EvidenceCauses.EndpointRejects, seed => Failing(seed, SendErrors.Status, 401)),
        (EvidenceCauses.EndpointRejects, seed => Recovering(seed, SendErrors.Status, 404)),
        (EvidenceCauses.EndpointRedirects, seed => Failing(seed, SendErrors.Redirect, 302)),
        (EvidenceCauses.EndpointForbidden, seed => Failing(seed, SendErrors.ForbiddenAddress, null)),
        (EvidenceCauses.EndpointGone, Gone),
        (EvidenceCauses.EventRefused, Refused),
        (EvidenceCauses.NotPulled, NotPulled),
        (EvidenceCauses.ConfirmedLate, ConfirmedLate),
        (EvidenceCauses.ReceiverTimeout, seed => Failing(seed, SendErrors.Timeout, null)),
        (EvidenceCauses.ReceiverTimeout, seed => Recovering(seed, SendErrors.Timeout, null)),
        (EvidenceCauses.ReceiverTimeout, Broken),
        (EvidenceCauses.ReceiverError, seed => Failing(seed, SendErrors.Status, 503)),
        (EvidenceCauses.ReceiverError, seed => Recovering(seed, SendErrors.Status, 429)),
        (EvidenceCauses.ReceiverError, seed => Exhausted(seed, SendErrors.Status, 500)),
        (EvidenceCauses.ReceiverTls, seed => Failing(seed, SendErrors.Tls, null)),
        (EvidenceCauses.ReceiverUnreachable, seed => Failing(seed, SendErrors.Unreachable, null)),
        (EvidenceCauses.ReceiverUnreachable, seed => Exhausted(seed, SendErrors.Unreachable, null)),
        (EvidenceCauses.ReceiverNameNotFound, seed => Failing(seed, SendErrors.NoName, null)),
        (EvidenceCauses.ReceiverBadAnswer, seed => Failing(seed, SendErrors.BadAnswer, 200)),
    ];

    private static EvidenceKit InTime(int seed)
    {
        var kit = new EvidenceKit(seed);
        foreach (var @event in kit.UsualEvents(Start))
        {
            kit.Ack(@event, @event.AcceptedAt + kit.Some(0.01, 30));
        }

        return kit;
    }

    private static EvidenceKit InTimeAfterRetries(int seed)
    {
        var kit = new EvidenceKit(seed);
        foreach (var @event in kit.UsualEvents(Start))
        {
            kit.Fail(@event, @event.AcceptedAt.AddSeconds(1), SendErrors.Status, 500);
            kit.Fail(@event, @event.AcceptedAt.AddSeconds(9), SendErrors.Timeout, null, 2);
            kit.Ack(@event, @event.AcceptedAt + kit.Some(6, 100), attempt: 3);
        }

        return kit;
    }

    private static EvidenceKit PulledInTime(int seed)
    {
        var kit = new EvidenceKit(seed) { Mode = EvidenceRoute.Pull };
        var events = kit.UsualEvents(Start);
        kit.Confirm(events[0], events[1], events[1].AcceptedAt + kit.Some(1, 60));
        kit.Ack(events[2], events[2].AcceptedAt + kit.Some(1, 60), kit.Number(0, 1) == 0 ? DeliveryChannel.Pull : DeliveryChannel.Live);
        return kit;
    }

    /// <summary>The plugin has the order's own events and was never meant to have the waybill's.</summary>
    private static EvidenceKit WithoutTracks(int seed)
    {
        var kit = new EvidenceKit(seed, EventScopes.Orders);
        foreach (var @event in kit.UsualEvents(Start))
        {
            kit.Ack(@event, @event.AcceptedAt + kit.Some(0.01, 30));
        }

        var track = kit.Event(Start.AddHours(5), EventTypes.TrackUpdated);
        kit.Withhold(track, track.AcceptedAt.AddSeconds(1), DeliveryFilter.ScopeMissing);
        return kit;
    }

    private static EvidenceKit JustAccepted(int seed)
    {
        var kit = new EvidenceKit(seed);
        kit.MadeAt = kit.Event(Start).AcceptedAt + kit.Some(0, 4);
        return kit;
    }

    private static EvidenceKit Failing(int seed, string reason, int? status, DateTimeOffset? madeAt = null)
    {
        var kit = new EvidenceKit(seed) { MadeAt = madeAt ?? Start.AddHours(4 + (seed % 60)) };
        var events = kit.UsualEvents(Start);

        // The first fails and fails; what follows of the order waits behind it and is not even tried.
        kit.FailAll(events[0], kit.MadeAt, reason, status);
        return kit;
    }

    private static EvidenceKit Recovering(int seed, string reason, int? status)
    {
        var kit = new EvidenceKit(seed);
        var events = kit.UsualEvents(Start);
        var taken = events[0].AcceptedAt + kit.Some(200, 3_000);
        kit.FailAll(events[0], taken, reason, status);
        foreach (var @event in events)
        {
            kit.Ack(@event, taken, attempt: 7);
            taken += kit.Some(0.01, 0.5);
        }

        return kit;
    }

    private static EvidenceKit Exhausted(int seed, string reason, int? status)
    {
        var kit = Failing(seed, reason, status, Start.AddDays(4));
        kit.Parking = new DeliveryParking(Start.AddDays(3), ParkReasons.Exhausted);
        kit.Park(Start.AddDays(3), ParkReasons.Exhausted);
        kit.HasOthers = false;
        return kit;
    }

    /// <summary>
    /// The endpoint fails with everything, so the platform leaves it alone: the order's events were never tried themselves.
    /// </summary>
    private static EvidenceKit Broken(int seed)
    {
        var kit = new EvidenceKit(seed)
        {
            MadeAt = Start.AddHours(9),
            BrokenSince = Start.AddMinutes(-3),
            LastError = SendErrors.Timeout,
            HasOthers = false,
        };
        kit.UsualEvents(Start);
        return kit;
    }

    private static EvidenceKit Withheld(EvidenceKit kit)
    {
        foreach (var @event in kit.UsualEvents(Start))
        {
            // Some the log has looked at, the last one perhaps not yet.
            if (kit.Number(0, 3) > 0)
            {
                kit.Withhold(@event, @event.AcceptedAt.AddSeconds(1), DeliveryFilter.ScopeMissing);
            }
        }

        return kit;
    }

    private static EvidenceKit Withdrawn(int seed)
    {
        var kit = new EvidenceKit(seed);
        var early = kit.Event(Start);
        kit.Ack(early, early.AcceptedAt + kit.Some(0.01, 2));
        kit.Setting(new InstallationEvent.GrantsChanged([EventScopes.Logistics]), Start.AddMinutes(10));
        var late = kit.Event(Start.AddMinutes(12), EventTypes.OrderPaid);
        kit.Withhold(late, late.AcceptedAt.AddSeconds(1), DeliveryFilter.ScopeMissing);
        return kit;
    }

    private static EvidenceKit Expired(int seed)
    {
        var kit = new EvidenceKit(seed);
        kit.Setting(new InstallationEvent.ScopesExpired([EventScopes.Orders], Start.AddMinutes(-5)), Start.AddMinutes(-5));
        return Withheld(kit);
    }

    private static EvidenceKit NotCertified(int seed)
    {
        var kit = new EvidenceKit(seed) { Certified = [EventScopes.Logistics] };
        return Withheld(kit);
    }

    private static EvidenceKit Unwanted(int seed)
    {
        var kit = new EvidenceKit(seed);
        foreach (var @event in kit.UsualEvents(Start))
        {
            kit.Withhold(@event, @event.AcceptedAt.AddSeconds(1), DeliveryFilter.TypeNotWanted);
        }

        return kit;
    }

    private static EvidenceKit OutsideWindow(int seed)
    {
        var kit = new EvidenceKit(seed) { OrderCreatedAt = Start.AddDays(-9) };
        kit.Setting(new InstallationEvent.SettingsChanged(48, null), Start.AddDays(-8));
        var @event = kit.Event(Start, EventTypes.OrderDelivered);
        if (seed % 2 == 0)
        {
            kit.Withhold(@event, @event.AcceptedAt.AddSeconds(1), DeliveryFilter.OutsideWindow);
        }

        return kit;
    }

    private static EvidenceKit BeforeEnabling(int seed)
    {
        var kit = new EvidenceKit(seed);
        kit.Since = kit.Event(Start).Seq + kit.Number(0, 5);
        return kit;
    }

    private static EvidenceKit Stopped(int seed, InstallationEvent stop)
    {
        var kit = new EvidenceKit(seed);
        kit.Setting(stop, Start.AddMinutes(-kit.Number(1, 500)));
        kit.UsualEvents(Start);
        return kit;
    }

    /// <summary>It was tried; then the plugin was disabled, and enabled again for what comes from then on.</summary>
    private static EvidenceKit EnabledAgain(int seed)
    {
        var kit = new EvidenceKit(seed);
        var @event = kit.Event(Start);
        kit.FailAll(@event, Start.AddHours(1), SendErrors.Timeout);
        AnotherEnabling(kit);
        return kit;
    }

    private static EvidenceKit AcknowledgedBeforeAnotherEnabling(int seed)
    {
        var kit = PulledInTime(seed);
        AnotherEnabling(kit);
        return kit;
    }

    private static void AnotherEnabling(EvidenceKit kit)
    {
        kit.Setting(new InstallationEvent.Disabled(null), Start.AddHours(6));
        kit.Setting(new InstallationEvent.EnablementStarted(), Start.AddHours(7));
        kit.Consent(Start.AddHours(8), Start.AddDays(300), EventScopes.Orders);
        kit.Since = kit.Events[^1].Seq + kit.Number(0, 9);
    }

    /// <summary>Withheld, and sent when the seller had granted the scope and somebody asked for it.</summary>
    private static EvidenceKit GrantedAndReplayed(int seed)
    {
        var kit = new EvidenceKit(seed, EventScopes.Products);
        var @event = kit.Event(Start);
        kit.Withhold(@event, @event.AcceptedAt.AddSeconds(1), DeliveryFilter.ScopeMissing);
        kit.Setting(new InstallationEvent.GrantsChanged([EventScopes.Orders, EventScopes.Products]), Start.AddHours(5));
        kit.Ack(@event, Start.AddHours(6), DeliveryChannel.Replay);
        return kit;
    }

    private static EvidenceKit PausedThenLate(int seed)
    {
        var kit = new EvidenceKit(seed);
        var @event = kit.Event(Start);
        kit.Setting(new InstallationEvent.Paused(null), Start.AddMinutes(-3));
        kit.Setting(new InstallationEvent.Resumed(), Start.AddHours(20));
        kit.Ack(@event, Start.AddHours(20) + kit.Some(0.01, 90));
        return kit;
    }

    private static EvidenceKit AuthorisationOver(int seed)
    {
        var kit = new EvidenceKit(seed);
        kit.Consent(Start.AddDays(-9), Start.AddHours(-1), EventScopes.Orders);
        if (seed % 2 == 0)
        {
            kit.Setting(new InstallationEvent.AuthorisationExpired(Start.AddHours(-1)), Start.AddHours(-1));
        }

        kit.UsualEvents(Start);
        return kit;
    }

    private static EvidenceKit OtherRegion(int seed)
    {
        var kit = new EvidenceKit(seed) { Stop = QuotaRefusals.RegionMismatch };
        kit.UsualEvents(Start);
        return kit;
    }

    private static EvidenceKit SourceLate(int seed)
    {
        var kit = new EvidenceKit(seed);
        var @event = kit.Event(Start, lag: kit.Some(150, 2_000));
        kit.Ack(@event, @event.AcceptedAt + kit.Some(0.01, 60));
        return kit;
    }

    /// <summary>An order of months ago that is brought in.</summary>
    private static EvidenceKit History(int seed)
    {
        var kit = new EvidenceKit(seed) { MadeAt = Start.AddDays(400) };
        var @event = kit.Event(Start, lag: TimeSpan.FromDays(7 + kit.Number(0, 300)));
        kit.Ack(@event, @event.AcceptedAt + kit.Some(0.01, 60));
        return kit;
    }

    private static EvidenceKit DarkThenLate(int seed, string mode)
    {
        var kit = new EvidenceKit(seed) { Mode = mode, HasOthers = false };
        var @event = kit.Event(Start);
        var back = @event.AcceptedAt + kit.Some(150, 900);
        kit.Outages =
        [
            new EvidenceOutage(Start.AddMinutes(-20), Start.AddMinutes(-18)),
            new EvidenceOutage(@event.AcceptedAt.AddSeconds(3), back),
        ];
        kit.Ack(@event, back + kit.Some(0.1, 30), mode is EvidenceRoute.Pull ? DeliveryChannel.Pull : DeliveryChannel.Push);
        return kit;
    }

    /// <summary>The receiver failed once, and then the platform was away: the delay is the platform's, whatever failed before.</summary>
    private static EvidenceKit FailedThenDark(int seed)
    {
        var kit = new EvidenceKit(seed) { HasOthers = false };
        var @event = kit.Event(Start);
        kit.Fail(@event, @event.AcceptedAt.AddSeconds(1), SendErrors.Timeout);
        var back = @event.AcceptedAt + kit.Some(300, 900);
        kit.Outages = [new EvidenceOutage(@event.AcceptedAt.AddSeconds(2), back)];
        kit.Ack(@event, back + kit.Some(0.1, 5), attempt: 2);
        return kit;
    }

    /// <summary>The receiver failed once and would have been asked again after seconds; nobody did for hours.</summary>
    private static EvidenceKit FailedThenForgotten(int seed)
    {
        var kit = new EvidenceKit(seed) { HasOthers = false };
        var @event = kit.Event(Start);
        kit.Fail(@event, @event.AcceptedAt.AddSeconds(1), SendErrors.Status, 500);
        kit.Ack(@event, @event.AcceptedAt + kit.Some(300, 900), attempt: 2);
        return kit;
    }

    /// <summary>The receiver asked to be left alone for hours.</summary>
    private static EvidenceKit AskedToWait(int seed)
    {
        var kit = new EvidenceKit(seed) { HasOthers = false };
        var @event = kit.Event(Start);
        var wait = kit.Number(3, 20) * 3_600;
        kit.Fail(@event, @event.AcceptedAt.AddSeconds(1), SendErrors.Status, 503, waitSeconds: wait);
        kit.Ack(@event, @event.AcceptedAt.AddSeconds(wait + 5), attempt: 2);
        return kit;
    }

    /// <summary>The receiver says "in a minute" for hours, which the log is told once an hour.</summary>
    private static EvidenceKit Throttling(int seed)
    {
        var kit = new EvidenceKit(seed) { HasOthers = false };
        var @event = kit.Event(Start);
        var hours = kit.Number(4, 20);
        for (var hour = 0; hour < hours; hour++)
        {
            kit.Throttle(@event, @event.AcceptedAt.AddSeconds(1).AddHours(hour), (hour * 60) + 1, 60);
        }

        kit.Ack(@event, @event.AcceptedAt.AddHours(hours), attempt: hours * 60);
        return kit;
    }

    private static EvidenceKit StillThrottling(int seed)
    {
        var kit = new EvidenceKit(seed) { HasOthers = false, LastError = SendErrors.Status };
        var @event = kit.Event(Start);
        var hours = kit.Number(4, 20);
        for (var hour = 0; hour < hours; hour++)
        {
            kit.Throttle(@event, @event.AcceptedAt.AddSeconds(1).AddHours(hour), (hour * 60) + 1, 60);
        }

        kit.MadeAt = @event.AcceptedAt.AddHours(hours);
        return kit;
    }

    /// <summary>The endpoint was parked over another order, which it refused; this order was never tried.</summary>
    private static EvidenceKit ParkedBefore(int seed)
    {
        var kit = new EvidenceKit(seed) { HasOthers = false, LastError = SendErrors.Status };
        var @event = kit.Event(Start);
        var other = @event with { Seq = @event.Seq + 5_000 };
        kit.Fail(other, Start.AddMinutes(-9), SendErrors.Status, 401, 10);
        kit.Parking = new DeliveryParking(Start.AddMinutes(-8), ParkReasons.Exhausted);
        return kit;
    }

    private static EvidenceKit NotDispatched(int seed)
    {
        var kit = new EvidenceKit(seed) { HasOthers = seed % 2 == 0 };
        var events = kit.UsualEvents(Start);
        kit.MadeAt = events[0].AcceptedAt + kit.Some(6, 4_000);
        return WithOthersAcknowledged(kit, events[0].AcceptedAt);
    }

    private static EvidenceKit DispatchedLate(int seed)
    {
        var kit = new EvidenceKit(seed) { HasOthers = seed % 2 == 0 };
        var @event = kit.Event(Start);
        kit.Ack(@event, @event.AcceptedAt + kit.Some(150, 2_000));
        return WithOthersAcknowledged(kit, @event.AcceptedAt);
    }

    /// <summary>The receiver was available meanwhile: it accepted an event of another order.</summary>
    private static EvidenceKit WithOthersAcknowledged(EvidenceKit kit, DateTimeOffset after)
    {
        kit.Ack(kit.Events[0] with { Seq = kit.Events[0].Seq + 10_000 }, after.AddMinutes(1));
        return kit;
    }

    private static EvidenceKit Gone(int seed)
    {
        var kit = new EvidenceKit(seed);
        var @event = kit.Event(Start);
        kit.Fail(@event, @event.AcceptedAt.AddSeconds(1), SendErrors.Gone, 410);
        kit.Parking = new DeliveryParking(@event.AcceptedAt.AddSeconds(1), ParkReasons.Gone);
        kit.Park(@event.AcceptedAt.AddSeconds(1), ParkReasons.Gone);
        kit.Event(Start.AddMinutes(40), EventTypes.OrderPaid);
        return kit;
    }

    private static EvidenceKit Refused(int seed)
    {
        var kit = new EvidenceKit(seed);
        var events = kit.UsualEvents(Start);
        kit.FailAll(events[0], Start.AddDays(3.2), SendErrors.Status, seed % 2 == 0 ? 422 : 500);
        kit.Die(events[0], Start.AddDays(3.2), SendErrors.Status, 422, 10);
        foreach (var later in events.Skip(1))
        {
            kit.Ack(later, Start.AddDays(3.2) + kit.Some(0.1, 5));
        }

        return kit;
    }

    private static EvidenceKit NotPulled(int seed)
    {
        var kit = new EvidenceKit(seed) { Mode = EvidenceRoute.Pull, HasOthers = false };
        kit.UsualEvents(Start);
        return kit;
    }

    private static EvidenceKit ConfirmedLate(int seed)
    {
        var kit = new EvidenceKit(seed) { Mode = EvidenceRoute.Pull };
        var events = kit.UsualEvents(Start);
        kit.Confirm(events[0], events[2], events[2].AcceptedAt + kit.Some(150, 3_000));
        return kit;
    }
}
