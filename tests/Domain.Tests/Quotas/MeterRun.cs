using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Domain.Tests.Billing;
using Marketplace.Installations;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Quotas;

/// <summary>A counter, its ledger and the oracle, taken through the same steps and compared after each.</summary>
internal sealed class MeterRun
{
    private readonly Dictionary<UInt128, SettledCall> _settled = [];
    private readonly HashSet<UInt128> _acknowledged = [];
    private readonly Dictionary<UInt128, DateOnly> _reservedIn = [];
    private readonly List<UsageRow> _ledger = [];
    private readonly MeterModel _model;
    private CallMeter _meter;
    private UsageRow? _inFlight;
    private DateTimeOffset _now = MeterKit.At("2026-11-29 23:58");
    private int _id;

    public MeterRun(Entitlement entitlement)
    {
        _model = new MeterModel(entitlement, _now);
        _model.See(_now);
        _meter = MeterKit.Meter(entitlement, _now);
    }

    public IReadOnlyList<UsageRow> Ledger => History.Sorted(_ledger);

    public static MeterRun Of(Entitlement entitlement, IEnumerable<MeterStep> steps)
    {
        var run = new MeterRun(entitlement);
        foreach (var step in steps)
        {
            run.Do(step);
            run.CompareCounters();
        }

        run.CheckLedger();
        return run;
    }

    private void Do(MeterStep step)
    {
        switch (step.Kind)
        {
            case StepKind.Reserve or StepKind.ReserveFree:
                Reserve(MeterKit.Call(++_id, billable: step.Kind == StepKind.Reserve));
                break;
            case StepKind.ReserveKeyed:
                Reserve(MeterKit.Call(++_id, new IdempotencyKey((UInt128)(step.A % 4), (UInt128)(step.B % 5 / 4))));
                break;
            case StepKind.ReserveWithoutRight:
                Reserve(
                    step.A % 2 == 0
                        ? MeterKit.Call(++_id) with
                        {
                            Scope = "orders.flag",
                        }
                        : MeterKit.Call(++_id) with
                        {
                            Region = DataRegion.Parse("cn"),
                        }
                );
                break;
            case StepKind.Settle or StepKind.Fail or StepKind.Release:
                End(step);
                break;
            case StepKind.Take:
                _inFlight ??= _meter.CutRow();
                break;
            case StepKind.Commit:
                Commit();
                break;
            case StepKind.CrashLosing or StepKind.CrashKeeping:
                Crash(keeping: step.Kind == StepKind.CrashKeeping, remembers: false);
                break;
            case StepKind.PutAway:
                CommitAll();
                Crash(keeping: false, remembers: true);
                break;
            case StepKind.Entitle:
                Entitle(step);
                break;
            default:
                Tick(step);
                break;
        }
    }

    private void Reserve(CallIntent intent)
    {
        See();
        var allowed = _model.Allowed(intent);
        var (used, spent) = (_model.Used(_model.Today), _model.Spent());
        var reservation = _meter.Reserve(intent, _now);
        var answer = reservation switch
        {
            Reservation.Refused refused => refused.Refusal.Code,
            Reservation.Repeated => "repeated",
            _ => "granted",
        };
        Assert.Contains(answer, allowed);
        switch (reservation)
        {
            case Reservation.Granted:
                _model.Grant(intent, _now);
                _reservedIn[intent.CallId] = _model.Today;
                break;
            case Reservation.Repeated repeated:
                _model.Repeat();
                Assert.Equal(intent.Key, Entry(repeated).Key is { } key ? new IdempotencyKey(key.Key, key.Request) : null);
                break;
            case Reservation.Refused { Refusal: var refusal }:
                Assert.Contains(refusal.Code, (string[])[.. QuotaRefusals.OfCalls, QuotaRefusals.KeyReused, QuotaRefusals.KeyInProgress]);
                Evidence.Check(refusal, _now, _model, used, spent);
                break;
        }
    }

    private UsageEntry Entry(Reservation.Repeated repeated)
    {
        var row = Assert.Single(_ledger, row => row.Day == repeated.Day && row.Seq == repeated.Seq);
        return UsageBody.Decode(row.Body, row.Count).Entries[(int)(repeated.Number - row.First)];
    }

    private void End(MeterStep step)
    {
        var open = _model.Calls.Where(call => call.Open).ToArray();
        if (open.Length == 0)
        {
            return;
        }

        var call = open[step.A % open.Length];
        if (step.Kind == StepKind.Release)
        {
            _meter.Release(call.Intent.CallId);
            _model.Calls.Remove(call);
            return;
        }

        if (step.Kind == StepKind.Fail)
        {
            _meter.Fail((int)call.Intent.CallId, 400 + (step.B % 100));
            Assert.False(_meter.TrySettle(call.Intent.CallId, 200, ("", default), out _));
            _model.Fail(call);
            return;
        }

        Assert.True(_meter.TrySettle(call.Intent.CallId, 200 + (step.B % 200), ("application/json", "{}"u8.ToArray()), out var settled));
        Assert.False(_meter.TrySettle(call.Intent.CallId, 200, ("", default), out _));
        Assert.Equal(call.Intent.Billable, settled is not null);
        call.Open = false;
        if (settled is { } number)
        {
            _settled[call.Intent.CallId] = number;
        }
        else
        {
            _model.Calls.Remove(call);
        }
    }

    private void Commit()
    {
        _inFlight ??= _meter.CutRow();
        if (_inFlight is { } row)
        {
            Keep(row);
            _meter.Committed(row);
            _acknowledged.UnionWith(UsageBody.Decode(row.Body, row.Count).Entries.Select(entry => entry.CallId));
            _inFlight = null;
        }
    }

    private void CommitAll()
    {
        do
        {
            Commit();
        } while (_meter.HasPending);
    }

    private void Keep(UsageRow row)
    {
        Assert.DoesNotContain(_ledger, kept => kept.Day == row.Day && kept.Seq == row.Seq);
        _ledger.Add(row);
        foreach (var entry in UsageBody.Decode(row.Body, row.Count).Entries)
        {
            var call = Assert.Single(_model.Calls, call => call.Intent.CallId == entry.CallId);
            call.Committed = true;

            // Key answers come from the last committed use.
            _model.Calls.Remove(call);
            _model.Calls.Add(call);
        }
    }

    private void Crash(bool keeping, bool remembers)
    {
        if (keeping && _inFlight is { } row)
        {
            Keep(row);
        }

        _inFlight = null;
        _model.Crash(_now, remembers);
        var history = MeterKit.HistoryOf(_ledger, _now);
        _meter = MeterKit.Meter(_model.Entitlement, _now, remembers ? history with { Errors = _meter.Errors } : history);
    }

    private void Entitle(MeterStep step)
    {
        See();
        var pause = step.A % 5 == 0 ? InstallationRefusals.Paused(new SellerPause(_now, null)) : null;
        var changed = MeterKit.Entitled(
            step.A % 3 == 0 ? MeterKit.OtherBook : MeterKit.SmallBook,
            step.A % 7 < 2 ? new BurstLimit(2, 5) : new BurstLimit(4, 2),
            step.B % 3 == 0 ? null : step.B % 100 / 500m,
            _model.Entitlement.Version + 1 - (step.B % 3)
        ) with
        {
            Stop = pause,
            Scopes = step.A % 11 == 1 ? [] : _model.Entitlement.Scopes.Add(MeterKit.Scope),
            RevokedTokens =
                step.A % 13 == 1
                    ? ImmutableDictionary<string, DateTimeOffset>.Empty.Add("token-1", _now)
                    : ImmutableDictionary<string, DateTimeOffset>.Empty,
        };
        _meter.Entitle(changed);
        _model.Entitle(changed);
    }

    private void Tick(MeterStep step)
    {
        if (step.Kind is StepKind.Hours or StepKind.Midnight or StepKind.MonthEnd)
        {
            // Nothing waits for its commit across more than one midnight.
            CommitAll();
        }

        var midnight = MeterKit.Calendar.StartOf(MeterKit.Calendar.DayOf(_now).AddDays(1));
        _now = step.Kind switch
        {
            StepKind.Milliseconds => _now.AddMilliseconds(step.A),
            StepKind.Seconds => _now.AddSeconds(step.A % 10 == 0 ? 120 : step.B % 5),
            StepKind.Hours => _now.AddHours(step.A % 30),
            StepKind.Midnight => midnight.AddMilliseconds((step.A % 3) - 1),
            StepKind.MonthEnd => MeterKit
                .Calendar.StartOf(new DateOnly(midnight.Year, midnight.Month, 1).AddMonths(1))
                .AddMilliseconds((step.A % 3) - 1),
            _ => _now.AddSeconds(-(step.A % 4 == 0 ? step.B * 200 : step.B)),
        };
    }

    private void See()
    {
        _model.See(_now);

        // The oracle does not know when permits end; the counter says which are left, and none of them may have ended early.
        _ = _meter.View(_now);
    }

    private void CompareCounters()
    {
        _model.See(_now);
        var view = _meter.View(_now);
        Expire();
        Assert.Equal((_model.Today, _model.Book.DailyLimit), (view.Day, view.DailyLimit));
        Assert.Equal(_model.Used(_model.Today), view.DailyUsed);
        Assert.Equal(_model.Spent(), view.SpendUsed);
        Assert.Equal((MeterKit.ErrorsPerDay, _model.Errors), (view.ErrorLimit, view.ErrorsUsed));
        Assert.True(view.DailyUsed <= view.DailyLimit);
        Assert.Equal(MeterKit.Calendar.StartOf(view.Day.AddDays(1)), view.DailyResetsAt);
    }

    private void Expire()
    {
        // As the counter does: in order of opening, the first that lasts holds those behind it, for the clock may have stepped back.
        foreach (var call in _model.Calls.Where(call => !call.Committed).OrderBy(call => call.Intent.CallId).ToArray())
        {
            if (call.Open && _now - call.At < CallMeter.PermitLifetime)
            {
                break;
            }

            if (call.Open)
            {
                _model.Calls.Remove(call);
                Assert.False(_meter.TrySettle(call.Intent.CallId, 200, ("", default), out _));
            }
        }
    }

    private void CheckLedger()
    {
        CommitAll();
        Assert.Empty(History.Verify(Ledger));
        var entries = Ledger
            .SelectMany(row =>
                UsageBody.Decode(row.Body, row.Count).Entries.Select((entry, i) => (row.Day, Number: row.First + i, entry.CallId))
            )
            .ToArray();
        Assert.Equal(entries.Length, entries.DistinctBy(entry => entry.CallId).Count());
        Assert.Subset(entries.Select(entry => entry.CallId).ToHashSet(), _acknowledged);
        foreach (var day in entries.GroupBy(entry => entry.Day))
        {
            var prices = DayOpening.Decode(Ledger.First(row => row.Day == day.Key).Opening).Prices;
            Assert.True(day.Count() <= prices.DailyLimit);
            Assert.Equal(Enumerable.Range(1, day.Count()).Select(i => (long)i), day.Select(entry => entry.Number));
            Assert.Equal(prices.Rate(0, day.Count()).Amount, day.Sum(entry => _settled[entry.CallId].Price.Amount));
            Assert.All(day, entry =>
                Assert.Equal(
                    new SettledCall(day.Key, entry.Number, prices.PriceOf(entry.Number), prices.Rate(0, entry.Number)),
                    _settled[entry.CallId]
                )
            );
            Assert.All(day, entry => Assert.Equal(_reservedIn[entry.CallId], entry.Day));
        }
    }
}
