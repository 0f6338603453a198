using Marketplace.Billing;
using Marketplace.Quotas;

namespace Marketplace.Domain.Tests.Quotas;

/// <summary>One call as the oracle remembers it.</summary>
internal sealed class ModelCall(CallIntent intent, DateOnly day, DateTimeOffset at)
{
    public CallIntent Intent => intent;

    public DateOnly Day => day;

    public DateTimeOffset At => at;

    public bool Open { get; set; } = true;

    public bool Committed { get; set; }
}

/// <summary>
/// The oracle: keeps every call in a list and counts anew for each question. <see cref="Calls"/> holds what the counter knows: calls
/// under way and calls in the ledger.
/// </summary>
internal sealed class MeterModel(Entitlement entitlement, DateTimeOffset start)
{
    private readonly Dictionary<DateOnly, PriceBook> _books = [];
    private readonly List<DateOnly> _errors = [];
    private decimal _missing;
    private DateTimeOffset _last = start;
    private DateTimeOffset _latest = start;

    public Entitlement Entitlement { get; private set; } = entitlement;

    public List<ModelCall> Calls { get; } = [];

    public DateOnly Today { get; private set; } = MeterKit.Calendar.DayOf(start);

    public PriceBook Book => _books.TryGetValue(Today, out var book) ? book : _books[Today] = Entitlement.Prices;

    /// <summary>Calls reserved today that were answered with an error.</summary>
    public long Errors => _errors.Count(day => day == Today);

    public void Entitle(Entitlement newer) => Entitlement = newer.Version >= Entitlement.Version ? newer : Entitlement;

    public long Used(DateOnly day) => Calls.LongCount(call => call.Day == day && call.Intent.Billable);

    public decimal Spent() =>
        _books
            .Where(book => book.Key.Month == Today.Month && book.Key.Year == Today.Year)
            .Sum(book => book.Value.Rate(0, Used(book.Key)).Amount);

    /// <summary>The clock shows an instant and the counter looks at it.</summary>
    public void See(DateTimeOffset now)
    {
        _missing = Math.Max(0, _missing - (Entitlement.Burst.PerSecond * (decimal)Math.Max(0, (now - _last).TotalSeconds)));
        _last = now;
        _latest = now > _latest ? now : _latest;
        var day = MeterKit.Calendar.DayOf(now);
        Today = day > Today ? day : Today;
        _ = Book;
    }

    /// <summary>The counter ends and starts again from the ledger.</summary>
    /// <param name="now">When it starts again.</param>
    /// <param name="remembers">True if the process goes on, and with it the knowledge of the counter's last day of errors.</param>
    public void Crash(DateTimeOffset now, bool remembers)
    {
        var today = Today;
        _errors.RemoveAll(day => !remembers || day != today);
        Calls.RemoveAll(call => !call.Committed);
        foreach (var day in _books.Keys.Where(day => !Calls.Exists(call => call.Day == day)).ToArray())
        {
            _books.Remove(day);
        }

        (_missing, _last, _latest) = (0, now, now);
        Today = Calls.Select(call => call.Day).Append(MeterKit.Calendar.DayOf(now)).Max();
        _errors.RemoveAll(day => day != Today);
        _ = Book;
    }

    /// <summary>What may be answered: a refusal's code, <c>repeated</c> or <c>granted</c>.</summary>
    public IReadOnlyList<string> Allowed(CallIntent intent)
    {
        if (Entitlement.Stop is { } stop)
        {
            return [stop.Code];
        }

        if (Entitlement.RevokedTokens.ContainsKey(intent.TokenId) || !Entitlement.Scopes.Contains(intent.Scope))
        {
            return [Entitlement.RevokedTokens.ContainsKey(intent.TokenId) ? QuotaRefusals.TokenRevoked : QuotaRefusals.ScopeMissing];
        }

        if (intent.Region != Entitlement.Region)
        {
            return [QuotaRefusals.RegionMismatch];
        }

        return intent.Key is { } key && KeyAnswer(key) is { } answer ? answer : [Limit(intent)];
    }

    public void Repeat() => _missing++;

    /// <summary>A call was answered with an error: as if it had never been, but for its place in the burst and the day's errors.</summary>
    public void Fail(ModelCall call)
    {
        Calls.Remove(call);
        _errors.Add(call.Day);
    }

    public void Grant(CallIntent intent, DateTimeOffset now)
    {
        _missing++;
        Calls.Add(new ModelCall(intent, Today, now));
    }

    private string[]? KeyAnswer(IdempotencyKey key)
    {
        var uses = Calls.Where(call => call.Intent.Key?.Key == key.Key).ToArray();
        var running = uses.FirstOrDefault(call => !call.Committed);
        var last = running ?? uses.LastOrDefault();
        if (last is null)
        {
            return null;
        }

        var answer =
            last.Intent.Key != key ? QuotaRefusals.KeyReused
            : running is null ? Repeated()
            : QuotaRefusals.KeyInProgress;

        // After 24 h, or once the clock was seen beyond them, the key may be free again; before, it must not.
        return running is not null || _latest - last.At < TimeSpan.FromHours(24)
            ? [answer]
            : [Repeated(), QuotaRefusals.KeyReused, Limit(Calls[0].Intent with { Billable = true })];
    }

    private bool IsTooFast() => Entitlement.Burst.Capacity - _missing < 1;

    // A repeat is free, but not faster than the burst allows.
    private string Repeated() => IsTooFast() ? QuotaRefusals.BurstExceeded : "repeated";

    private string Limit(CallIntent intent)
    {
        if (Errors >= MeterKit.ErrorsPerDay)
        {
            return QuotaRefusals.AbnormalUsageCode;
        }

        if (IsTooFast())
        {
            return QuotaRefusals.BurstExceeded;
        }

        if (!intent.Billable)
        {
            return "granted";
        }

        var used = Used(Today);
        if (used >= Book.DailyLimit)
        {
            return QuotaRefusals.QuotaExceeded;
        }

        var price = Book.PriceOf(used + 1).Amount;
        return price > 0 && Spent() + price > Entitlement.SpendCap ? QuotaRefusals.SpendCapReached : "granted";
    }
}
