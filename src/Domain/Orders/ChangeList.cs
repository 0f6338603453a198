namespace Marketplace.Orders;

/// <summary>
/// A place among changes: after everything that changed with an earlier event, and after those of the same event that were created up to a
/// position.
/// </summary>
/// <param name="Seq">Place in the feed of the event that changed something.</param>
/// <param name="Position">Of what one event changed (a merge changes several orders), the place of its creation in the feed.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.change-place")]
public readonly record struct ChangePlace([property: Id(0)] long Seq, [property: Id(1)] long Position)
{
    /// <summary>After everything that an event changed.</summary>
    public static ChangePlace After(long seq) => new(seq, long.MaxValue);

    internal int CompareTo(ChangePlace other) => Seq != other.Seq ? Seq.CompareTo(other.Seq) : Position.CompareTo(other.Position);
}

/// <summary>
/// Entries in the order of their last change. A change moves its entry to the end, so whoever reads from the beginning to the end has met
/// every entry as it stood when it was met, or later: what changes meanwhile comes again.
/// </summary>
/// <param name="placeOf">Where an entry stands now.</param>
internal sealed class ChangeList<T>(Func<T, ChangePlace> placeOf)
    where T : class
{
    private const int MinKept = 1_024;

    // Rising. An entry that has changed again is left where it stood until the next clearing; its place there is not its own any more.
    private readonly List<(ChangePlace Place, T Entry)> _all = [];

    /// <summary>Notes what one event changed.</summary>
    /// <param name="changed">Each once.</param>
    /// <param name="known">Entries there are: so many of the list are of use.</param>
    public void Note(IEnumerable<T> changed, int known)
    {
        _all.AddRange(changed.Select(entry => (placeOf(entry), entry)).OrderBy(pair => pair.Item1.Seq).ThenBy(pair => pair.Item1.Position));
        if (_all.Count > MinKept + (2 * known))
        {
            _all.RemoveAll(pair => pair.Place != placeOf(pair.Entry));
        }
    }

    /// <summary>Entries that changed after a place, in the order of their last change.</summary>
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

    /// <summary>A page of the entries that pass.</summary>
    /// <param name="after">Where it begins.</param>
    /// <param name="limit">Entries at most.</param>
    /// <param name="head">The feed's last place: up to there the last page is complete.</param>
    /// <param name="passes">Which entries are wanted.</param>
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

/// <summary>Some entries in the order of their last change.</summary>
/// <param name="Items">The entries.</param>
/// <param name="Next">After which the next page begins; null if this is the last.</param>
/// <param name="CompleteToSeq">Everything that passes and last changed up to here is on this page or one before it.</param>
internal readonly record struct ChangedPage<T>(List<T> Items, ChangePlace? Next, long CompleteToSeq);
