namespace Marketplace.Risk;

/// <summary>
/// An installation's recent changes by age. If the clock steps back, their instants are shifted too, so that ages neither grow nor become
/// negative; if it jumps ahead, they expire early.
/// </summary>
internal sealed class ChangeWindow
{
    /// <summary>Maximum changes kept; equals the largest threshold of a rule.</summary>
    public const int Capacity = 10_000;

    private readonly List<Change> _changes = [];
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    public int Count => _changes.Count;

    /// <summary>Changes under a scope within the last span, counted up to <paramref name="enough"/>.</summary>
    public int Since(string scope, TimeSpan span, int enough, DateTimeOffset now)
    {
        Follow(now);
        var count = 0;
        for (var i = _changes.Count - 1; i >= 0 && count < enough && now - _changes[i].At < span; i--)
        {
            count += _changes[i].Scope == scope ? 1 : 0;
        }

        return count;
    }

    /// <param name="call">The changing call.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="keep">How long it is relevant.</param>
    /// <param name="now">The current instant.</param>
    public void Add(UInt128 call, string scope, TimeSpan keep, DateTimeOffset now)
    {
        Follow(now);
        var old = 0;
        while (old < _changes.Count && (now - _changes[old].At >= keep || _changes.Count - old >= Capacity))
        {
            old++;
        }

        _changes.RemoveRange(0, old);
        _changes.Add(new Change(call, scope, now));
    }

    /// <summary>Removes the changes of a call that changed nothing after all.</summary>
    public void Remove(UInt128 call)
    {
        var index = _changes.FindLastIndex(change => change.Call == call);
        if (index >= 0)
        {
            _changes.RemoveAt(index);
        }
    }

    private void Follow(DateTimeOffset now)
    {
        if (now < _last)
        {
            var back = _last - now;
            for (var i = 0; i < _changes.Count; i++)
            {
                _changes[i] = _changes[i] with { At = _changes[i].At - back };
            }
        }

        _last = now;
    }

    private readonly record struct Change(UInt128 Call, string Scope, DateTimeOffset At);
}
