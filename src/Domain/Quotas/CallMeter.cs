using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Installations;

namespace Marketplace.Quotas;

/// <summary>
/// Decides and numbers the calls of one installation. Reserve takes a place in every counter or refuses. Settle turns the place into the
/// day's next call or, for a caller's error (4xx), returns it; so does Release. Pure: time, entitlement and history come in, ledger rows go
/// out. Not thread-safe: its owner serialises access, so that concurrent calls cannot exceed a limit.
/// </summary>
/// <remarks>
/// The day of an installation never goes back, so that a lagging clock cannot grant a second allowance (R48–R51). A call belongs to the day
/// in which it was reserved, even if settled after midnight.
/// </remarks>
public sealed class CallMeter
{
    /// <summary>Default maximum of 4xx answers per installation and day.</summary>
    public const long DefaultErrorsPerDay = 10_000;

    /// <summary>Answers from this status up are errors: not charged and not stored for an idempotency key.</summary>
    public const int FirstErrorStatus = 400;

    private readonly InstallationId _installation;
    private readonly MarketCalendar _calendar;
    private readonly List<MeterDay> _days = [];
    private readonly OpenPermits _permits = new();
    private readonly KeyWindow _keys;
    private readonly BurstBucket _burst;
    private readonly long _errorsPerDay;
    private (DateOnly Day, ReadOnlyMemory<byte> Hash) _chainEnd;
    private DateOnly _month;
    private decimal _monthSpent;

    /// <param name="installation">The installation.</param>
    /// <param name="calendar">Determines business days.</param>
    /// <param name="entitlement">What the installation may do.</param>
    /// <param name="history">Usage recorded in the ledger.</param>
    /// <param name="now">The instant.</param>
    /// <param name="errorsPerDay">Maximum 4xx answers per day, at least 1; beyond it every call is refused until the next day.</param>
    public CallMeter(
        InstallationId installation,
        MarketCalendar calendar,
        Entitlement entitlement,
        UsageHistory history,
        DateTimeOffset now,
        long errorsPerDay = DefaultErrorsPerDay
    )
    {
        (_installation, _calendar, Entitlement, _errorsPerDay) = (installation, calendar, entitlement, errorsPerDay);
        _keys = new KeyWindow(history.Keys, now);
        _burst = new BurstBucket(now);
        var today = calendar.DayOf(now);
        var last = history.Days.Count > 0 ? history.Days[^1] : null;
        var current = last is not null && last.Day >= today ? new MeterDay(last) : new MeterDay(today, entitlement.PricesOn(today));
        current.Errors = history.Errors.Day == current.Day ? history.Errors.Count : 0;
        _days.Add(current);
        _chainEnd = last is null ? (DateOnly.MinValue, history.ChainEnd) : (last.Day, last.Hash);
        _month = MonthOf(current.Day);
        _monthSpent = history.Days.Where(day => day.Day != current.Day && MonthOf(day.Day) == _month).Sum(day => day.Amount.Amount);
    }

    /// <summary>How long an unsettled permit occupies its place.</summary>
    public static TimeSpan PermitLifetime { get; } = TimeSpan.FromMinutes(2);

    public Entitlement Entitlement { get; private set; }

    /// <summary>True if there are calls not yet handed to the ledger.</summary>
    public bool HasPending => _days.Exists(static day => day.HasPending);

    /// <summary>True if no permit is open and every call was handed to the ledger.</summary>
    public bool IsIdle => _permits.Count == 0 && _days.TrueForAll(day => day.IsIdle);

    /// <summary>The errors of the counter's day.</summary>
    public DayErrors Errors => new(Today.Day, Today.Errors);

    private MeterDay Today => _days[^1];

    /// <summary>Applies a newer entitlement; an older one is ignored.</summary>
    public void Entitle(Entitlement entitlement)
    {
        if (entitlement.Version >= Entitlement.Version)
        {
            Entitlement = entitlement;
        }
    }

    /// <summary>Decides a call in memory (architecture: Reserve).</summary>
    public Reservation Reserve(CallIntent intent, DateTimeOffset now)
    {
        Roll(now);
        if (Authority(intent, now) is { } refusal)
        {
            return new Reservation.Refused(refusal, View(now));
        }

        if (intent.Key is { } key && _keys.Find(key, now) is { } earlier)
        {
            return Repeat(earlier.Answer, earlier.Refusal, now);
        }

        if (Limits(intent, now) is { } exceeded)
        {
            return new Reservation.Refused(exceeded, View(now));
        }

        _permits.Open(new OpenPermit(intent, Today, _keys.Start(intent, now)), now);
        _burst.Spend();
        if (intent.Billable)
        {
            Today.Reserved++;
        }

        return new Reservation.Granted(now, Entitlement.SyncWindow)
        {
            HasOptionalScope = intent.OptionalScope is { } optional && Entitlement.Holds(optional, now),
            Schema = Entitlement.Schema,
        };
    }

    /// <summary>
    /// Turns a permit into the next call of its day (architecture: Settle). The call is final only when its row is durable. A call answered
    /// with an error returns its permit and is counted against the day's allowance of errors instead; its burst token stays spent and its
    /// idempotency key becomes free again.
    /// </summary>
    /// <param name="call">The id of a call that <see cref="Reserve"/> granted.</param>
    /// <param name="status">HTTP status of the answer, below 500.</param>
    /// <param name="answer">Stored with the idempotency key; ignored without one.</param>
    /// <param name="settled">
    /// The call's number and price; null if nothing was counted: the operation is not billable, or the answer is an error.
    /// </param>
    /// <returns>False if the permit is no longer open: nothing was counted.</returns>
    public bool TrySettle(UInt128 call, int status, (string ContentType, ReadOnlyMemory<byte> Body) answer, out SettledCall? settled)
    {
        settled = null;
        if (!_permits.TryClose(call, out var open))
        {
            return false;
        }

        if (status >= FirstErrorStatus)
        {
            open.Day.Errors++;
            GiveBack(open);
            return true;
        }

        if (!open.Intent.Billable)
        {
            _keys.Forget(open.Intent);
            return true;
        }

        var kept = open.Intent.Key is { } key ? new KeyedAnswer(key.Key, key.Request, answer.ContentType, answer.Body) : null;
        settled = open.Day.Settle(new UsageEntry(open.Intent.CallId, open.Intent.Operation, open.At, status, kept));
        return true;
    }

    /// <summary>Returns a permit because the platform failed or the caller disconnected. Nothing is counted.</summary>
    public void Release(UInt128 call)
    {
        if (_permits.TryClose(call, out var open))
        {
            GiveBack(open);
        }
    }

    /// <summary>Undoes a reservation of the same instant, including its burst token: the call never ran.</summary>
    public void Withdraw(UInt128 call)
    {
        if (_permits.TryClose(call, out var open))
        {
            GiveBack(open);
            _burst.PutBack();
        }
    }

    /// <summary>Takes the next ledger row: all pending calls of the oldest day with any; null without any.</summary>
    public UsageRow? CutRow() => _days.Find(static day => day.HasPending) is { } day ? day.CutRow(_installation, EndBefore(day)) : null;

    /// <summary>Records that the row is durable, so that its keys can be answered from it.</summary>
    public void Committed(UsageRow row)
    {
        DayOf(row)?.Committed();
        if (row.Keyed)
        {
            _keys.Keep(row);
        }
    }

    /// <summary>The shares of its limits reached by a settled call; the default if it reaches none, as nearly all calls.</summary>
    public ImmutableArray<UsageMark> MarksAt(SettledCall call)
    {
        foreach (var day in _days)
        {
            if (day.Day == call.Day)
            {
                // The cost of an earlier month is no longer known.
                var cap = MonthOf(day.Day) == _month ? Entitlement.SpendCap : null;
                var spent = cap is null ? 0 : SettledCost();
                return UsageMarks.IsMark(day.Prices, call.Number, call.Price.Amount, spent, cap)
                    ? UsageMarks.Reached(day.Day, day.Prices, call.Number, spent, cap)
                    : default;
            }
        }

        return default;
    }

    /// <summary>The shares of its limits that the current day and month have reached.</summary>
    public ImmutableArray<UsageMark> Marks(DateTimeOffset now)
    {
        Roll(now);
        return UsageMarks.Reached(Today.Day, Today.Prices, Today.Settled, SettledCost(), Entitlement.SpendCap);
    }

    /// <summary>Why every call with this token is refused now; null if some may pass.</summary>
    public Refusal? StopOf(TokenStamp token, DateTimeOffset now)
    {
        if (now >= Entitlement.ExpiresAt)
        {
            return InstallationRefusals.Expired(Entitlement.ExpiresAt);
        }

        if (Entitlement.Stop is { } stop)
        {
            return stop;
        }

        return Entitlement.HasEnded(token) ? QuotaRefusals.Token() : null;
    }

    /// <summary>The current counters.</summary>
    public QuotaView View(DateTimeOffset now)
    {
        Roll(now);
        var limit = Entitlement.Burst;
        return new QuotaView(
            Today.Day,
            Today.Prices.DailyLimit,
            Today.Used,
            _calendar.EndOf(Today.Day),
            limit,
            _burst.Remaining(limit, now),
            _burst.FullAt(limit, now),
            Entitlement.SpendCap,
            Spent(),
            MonthEnd(),
            now
        )
        {
            Schema = Entitlement.Schema,
            ErrorLimit = _errorsPerDay,
            ErrorsUsed = Today.Errors,
        };
    }

    /// <summary>The price book that rates the current day.</summary>
    public PriceBook Prices(DateTimeOffset now)
    {
        Roll(now);
        return Today.Prices;
    }

    private static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);

    private Refusal? Authority(CallIntent intent, DateTimeOffset now)
    {
        if (StopOf(intent.Token, now) is { } refusal)
        {
            return refusal;
        }

        if (Entitlement.Judge(intent.Need, now) is { } missing)
        {
            return missing;
        }

        return Entitlement.Region == intent.Region ? null : QuotaRefusals.Region(Entitlement.Region, intent.Region);
    }

    // A repeat is free, but it reads the ledger, so it spends a burst token like any other call.
    private Reservation Repeat(Reservation.Repeated? answer, Refusal? refusal, DateTimeOffset now)
    {
        if ((refusal ?? TooFast(now)) is { } refused)
        {
            return new Reservation.Refused(refused, View(now));
        }

        _burst.Spend();
        return answer!;
    }

    private Refusal? Limits(CallIntent intent, DateTimeOffset now) =>
        TooManyErrors() ?? TooFast(now) ?? (intent.Billable ? Daily(now) ?? Spend() : null);

    // Calls in flight are not counted: they may succeed. So concurrent calls can exceed the limit by their number.
    private Refusal? TooManyErrors() =>
        Today.Errors < _errorsPerDay
            ? null
            : QuotaRefusals.AbnormalUsage(_errorsPerDay, Today.Errors, _calendar.StartOf(Today.Day.AddDays(1)));

    private Refusal? TooFast(DateTimeOffset now)
    {
        var (limit, remaining) = (Entitlement.Burst, _burst.Remaining(Entitlement.Burst, now));
        return remaining < 1 ? QuotaRefusals.Burst(limit, remaining, _burst.FullAt(limit, now), _burst.NextAt(limit, now)) : null;
    }

    private Refusal? Daily(DateTimeOffset now)
    {
        var limit = Today.Prices.DailyLimit;
        if (Today.Used < limit)
        {
            return null;
        }

        var resetsAt = _calendar.EndOf(Today.Day);
        return Today.Settled < limit
            ? QuotaRefusals.DailyHeld(limit, Today.Used, resetsAt, Instants.Earlier(now + TimeSpan.FromSeconds(1), resetsAt))
            : QuotaRefusals.Daily(limit, Today.Used, resetsAt);
    }

    private Refusal? Spend()
    {
        if (Entitlement.SpendCap is not { } cap)
        {
            return null;
        }

        var spent = Spent();
        var next = Today.Prices.PriceOf(Today.Used + 1).Amount;
        return next > 0 && spent + next > cap ? QuotaRefusals.Spend(cap, spent, MonthEnd()) : null;
    }

    // Calls in flight count as settled, so that their cost is never underestimated.
    private decimal Spent() => CostOf(static day => day.Used);

    private decimal SettledCost() => CostOf(static day => day.Settled);

    private decimal CostOf(Func<MeterDay, long> calls)
    {
        var spent = _monthSpent;
        foreach (var day in _days)
        {
            if (MonthOf(day.Day) == _month)
            {
                spent += day.Prices.Rate(0, calls(day)).Amount;
            }
        }

        return spent;
    }

    private DateTimeOffset MonthEnd() => _calendar.StartOf(_month.AddMonths(1));

    private void Roll(DateTimeOffset now)
    {
        while (_permits.TryExpire(now, out var expired))
        {
            GiveBack(expired);
        }

        var day = _calendar.DayOf(now);
        if (day > Today.Day)
        {
            _days.Add(new MeterDay(day, Entitlement.PricesOn(day)));
        }

        if (_days.Count > 1)
        {
            CloseLeftDays();
        }
    }

    private void CloseLeftDays()
    {
        foreach (var left in _days.SkipLast(1).Where(day => day.IsIdle).ToArray())
        {
            _chainEnd = left.HasRows && left.Day >= _chainEnd.Day ? (left.Day, left.Head) : _chainEnd;
            _days.Remove(left);
            if (MonthOf(left.Day) == _month)
            {
                _monthSpent += left.Prices.Rate(0, left.Settled).Amount;
            }
        }

        if (MonthOf(Today.Day) != _month)
        {
            _month = MonthOf(Today.Day);
            _monthSpent = 0;
        }
    }

    // Computed when the day's first row is made, not when the day begins: by then the previous day has handed over all rows.
    private ReadOnlyMemory<byte> EndBefore(MeterDay day)
    {
        // Loops here and below: every row of the ledger would allocate a closure.
        for (var i = _days.Count - 1; i >= 0; i--)
        {
            if (_days[i].Day < day.Day && _days[i].HasRows)
            {
                return _days[i].Head;
            }
        }

        return _chainEnd.Hash;
    }

    private MeterDay? DayOf(UsageRow row)
    {
        foreach (var day in _days)
        {
            if (day.Day == row.Day)
            {
                return day;
            }
        }

        return null;
    }

    private void GiveBack(OpenPermit open)
    {
        if (open.Intent.Billable)
        {
            open.Day.Reserved--;
        }

        _keys.Forget(open.Intent);
    }
}
