namespace Marketplace.Orders;

/// <summary>
/// A position in a list of changes: after everything changed by an earlier event, and after entries changed by the same event that were
/// created up to a position.
/// </summary>
/// <param name="Seq">Feed position of the changing event.</param>
/// <param name="Position">
/// Feed position of the entry's creation; distinguishes entries changed by one event (a merge changes several orders).
/// </param>
[GenerateSerializer, Immutable, Alias("mp.sync.change-place")]
public readonly record struct ChangePlace([property: Id(0)] long Seq, [property: Id(1)] long Position)
{
    /// <summary>The position after everything changed by an event.</summary>
    public static ChangePlace After(long seq) => new(seq, long.MaxValue);

    internal int CompareTo(ChangePlace other) => Seq != other.Seq ? Seq.CompareTo(other.Seq) : Position.CompareTo(other.Position);
}

/// <summary>
/// Entries in the order of their last change. A change moves its entry to the end, so reading from the beginning to the end returns every
/// entry in its state at that time or a later one: entries that change meanwhile come again.
/// </summary>
/// <param name="placeOf">An entry's current position.</param>
internal sealed class ChangeList<T>(Func<T, ChangePlace> placeOf)
    where T : class
{
    private const int MinKept = 1_024;

    // Ascending. An entry that changes again keeps a stale position here until the next cleanup.
    private readonly List<(ChangePlace Place, T Entry)> _all = [];

    /// <summary>Records the entries changed by one event.</summary>
    /// <param name="changed">Each once.</param>
    /// <param name="known">Number of entries: the number of useful positions.</param>
    public void Record(IEnumerable<T> changed, int known)
    {
        _all.AddRange(changed.Select(entry => (placeOf(entry), entry)).OrderBy(pair => pair.Item1.Seq).ThenBy(pair => pair.Item1.Position));
        if (_all.Count > MinKept + (2 * known))
        {
            _all.RemoveAll(pair => pair.Place != placeOf(pair.Entry));
        }
    }

    /// <summary>Entries changed after a position, in the order of their last change.</summary>
    public IEnumerable<(ChangePlace Place, T Entry)> After(ChangePlace after)
    {
        var (low, high) = (0, _all.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _all[middle].Place.CompareTo(after) <= 0 ? (middle + 1, high) : (low, middle);
        }

        for (var i = low; i < _all.Count; i++)
        {
            if (_all[i].Place == placeOf(_all[i].Entry))
            {
                yield return _all[i];
            }
        }
    }

    /// <summary>One page of the matching entries.</summary>
    /// <param name="after">Where the page starts.</param>
    /// <param name="limit">Maximum entries.</param>
    /// <param name="head">The feed's last position: the last page is complete up to there.</param>
    /// <param name="passes">The filter.</param>
    public ChangedPage<T> Page(ChangePlace after, int limit, long head, Func<T, bool> passes)
    {
        var (items, last) = (new List<T>(), after);
        foreach (var (place, entry) in After(after))
        {
            if (!passes(entry))
            {
                continue;
            }

            if (items.Count == limit)
            {
                return new ChangedPage<T>(items, last, place.Seq - 1);
            }

            items.Add(entry);
            last = place;
        }

        return new ChangedPage<T>(items, null, head);
    }
}

/// <summary>A page of entries in the order of their last change.</summary>
/// <param name="Items">The entries.</param>
/// <param name="Next">Where the next page starts; null if this is the last.</param>
/// <param name="CompleteToSeq">Everything that matches and last changed up to here is on this page or an earlier one.</param>
internal readonly record struct ChangedPage<T>(List<T> Items, ChangePlace? Next, long CompleteToSeq);
