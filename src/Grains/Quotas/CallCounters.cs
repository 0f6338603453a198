using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Grains.Quotas;

/// <summary>
/// The counters of this silo, and the day's errors known to counters that ended here: a counter deactivated while idle, or reloaded after a
/// failed commit, must not start with a new allowance. A restart of the process does.
/// </summary>
internal sealed class CallCounters
{
    private readonly ConcurrentDictionary<InstallationId, CallCounter> _counters = new();
    private readonly ConcurrentDictionary<InstallationId, DayErrors> _errors = new();
    private readonly Lock _lock = new();
    private DateOnly _day;

    public bool TryGet(InstallationId installation, [NotNullWhen(true)] out CallCounter? counter) =>
        _counters.TryGetValue(installation, out counter);

    public void Publish(CallCounter counter) => _counters[counter.Installation] = counter;

    /// <summary>Removes a counter, unless a newer one of the same installation has replaced it.</summary>
    public void Withdraw(CallCounter counter)
    {
        Keep(counter.Installation, counter.Errors());
        _counters.TryRemove(new KeyValuePair<InstallationId, CallCounter>(counter.Installation, counter));
    }

    /// <summary>The errors known to the installation's last counter in this silo.</summary>
    public DayErrors ErrorsOf(InstallationId installation) => _errors.GetValueOrDefault(installation);

    private void Keep(InstallationId installation, DayErrors errors)
    {
        if (errors.Count == 0)
        {
            return;
        }

        _errors.AddOrUpdate(installation, errors, (_, kept) =>
            (errors.Day, errors.Count).CompareTo((kept.Day, kept.Count)) > 0 ? errors : kept
        );
        ForgetBefore(errors.Day);
    }

    // Drop past days, which are never read.
    private void ForgetBefore(DateOnly day)
    {
        lock (_lock)
        {
            if (day <= _day)
            {
                return;
            }

            _day = day;
            foreach (var kept in _errors.Where(kept => kept.Value.Day < day))
            {
                _errors.TryRemove(kept);
            }
        }
    }
}
