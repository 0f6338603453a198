using Marketplace.Events;

namespace Marketplace.Orders;

/// <summary>How a copy of an order stands to the source's.</summary>
public enum CopyState
{
    /// <summary>Version and status are the source's.</summary>
    Match,

    /// <summary>The copy has no such order.</summary>
    Missing,

    /// <summary>The copy has the order, but not as it stands at the source.</summary>
    Outdated,

    /// <summary>The copy has an order that the source has not.</summary>
    Unknown,

    /// <summary>The plugin is not owed the order: it lies outside the sync window, or before the plugin was enabled.</summary>
    Withheld,
}

/// <summary>A row of a list that somebody exported or keeps by hand.</summary>
/// <param name="OrderId">Which order.</param>
/// <param name="Version">Its version; null if there is none that can be read.</param>
/// <param name="Status">Its status; null if the list has none.</param>
public sealed record ListedOrder(string OrderId, long? Version, string? Status);

/// <summary>An order as the source has it.</summary>
/// <param name="OrderId">Which order.</param>
/// <param name="Version">Its version.</param>
/// <param name="Status">Its status, as lists write it.</param>
/// <param name="UpdatedSeq">Place in the feed of its last event.</param>
/// <param name="CreatedAt">When it was created.</param>
public sealed record SourceOrder(string OrderId, long Version, string Status, long UpdatedSeq, DateTimeOffset CreatedAt);

/// <summary>What is known of what a plugin has taken.</summary>
/// <param name="Since">Events after this place are owed.</param>
/// <param name="Cursor">Everything owed up to it was taken, unless it is in <paramref name="Open"/>.</param>
/// <param name="VisibleFrom">The sync window's bound on when an order was created; null for all (R59).</param>
/// <param name="Open">By key, the first place of an event that was not taken although the cursor has passed it.</param>
public sealed record TakenEvents(long Since, long Cursor, DateTimeOffset? VisibleFrom, IReadOnlyDictionary<string, long> Open)
{
    /// <summary>How the plugin's copy stands, as far as it follows from what it acknowledged.</summary>
    public CopyState Of(SourceOrder order)
    {
        if (order.UpdatedSeq <= Since || order.CreatedAt < VisibleFrom)
        {
            return CopyState.Withheld;
        }

        return order.UpdatedSeq <= Cursor && !Open.ContainsKey(PluginEvent.KeyOf(order.OrderId)) ? CopyState.Match : CopyState.Outdated;
    }

    /// <summary>Of a copy that is not up to date: whether it is there at all.</summary>
    /// <param name="order">The order.</param>
    /// <param name="firstSeq">Place in the feed of its first event.</param>
    public CopyState Refine(SourceOrder order, long firstSeq) =>
        firstSeq > Since && (firstSeq > Cursor || Open.GetValueOrDefault(PluginEvent.KeyOf(order.OrderId), long.MaxValue) <= firstSeq)
            ? CopyState.Missing
            : CopyState.Outdated;
}

/// <summary>How many orders of a copy stand how.</summary>
public sealed record CopyCounts(long Match, long Missing, long Outdated, long Unknown, long Withheld)
{
    public static CopyCounts None { get; } = new(0, 0, 0, 0, 0);

    public long Errors => Missing + Outdated + Unknown;

    /// <summary>
    /// The share of orders that are not right, of all that should be there and those that should not; 0 if there is none.
    /// </summary>
    public decimal ErrorRate => Match + Errors == 0 ? 0m : (decimal)Errors / (Match + Errors);

    public CopyCounts With(CopyState state) =>
        state switch
        {
            CopyState.Match => this with { Match = Match + 1 },
            CopyState.Missing => this with { Missing = Missing + 1 },
            CopyState.Outdated => this with { Outdated = Outdated + 1 },
            CopyState.Unknown => this with { Unknown = Unknown + 1 },
            _ => this with { Withheld = Withheld + 1 },
        };
}

/// <summary>One order on which the ways differ, or that is not right on one of them.</summary>
/// <param name="OrderId">Which order.</param>
/// <param name="Source">As the source has it; null if it has none.</param>
/// <param name="Listed">As the list has it; null if it has none.</param>
/// <param name="InList">How the list stands to the source.</param>
/// <param name="AtPlugin">How the plugin stands to the source; null where there is no source.</param>
public sealed record ComparedOrder(string OrderId, SourceOrder? Source, ListedOrder? Listed, CopyState InList, CopyState? AtPlugin);

/// <summary>
/// Compares a list of orders, and what a plugin has acknowledged, with the source (R13, R14): the same orders, the same measure for both
/// ways. Pure; fed with the source's orders one after the other.
/// </summary>
public sealed class OrderComparison
{
    /// <summary>Orders that are named at most; all are counted.</summary>
    public const int MaxNamed = 1_000;

    private readonly Dictionary<string, ListedOrder> _listed;
    private readonly TakenEvents _taken;
    private readonly List<ComparedOrder> _named = [];

    /// <param name="listed">The rows of the list. Of rows about one order the last counts, for that is what is read on; the others are
    /// unknown.</param>
    /// <param name="taken">What the plugin has taken.</param>
    public OrderComparison(IEnumerable<ListedOrder> listed, TakenEvents taken)
    {
        (_listed, _taken) = (new Dictionary<string, ListedOrder>(StringComparer.Ordinal), taken);
        foreach (var row in listed)
        {
            Rows++;
            if (_listed.Remove(row.OrderId, out var earlier))
            {
                Note(new ComparedOrder(earlier.OrderId, null, earlier, CopyState.Unknown, null));
            }

            _listed[row.OrderId] = row;
        }
    }

    /// <summary>Rows of the list.</summary>
    public long Rows { get; private set; }

    /// <summary>Orders of the source.</summary>
    public long Orders { get; private set; }

    public CopyCounts List { get; private set; } = CopyCounts.None;

    public CopyCounts Plugin { get; private set; } = CopyCounts.None;

    /// <summary>What is not right on one of the ways, in the source's order, then what the source has not.</summary>
    public IReadOnlyList<ComparedOrder> Named => _named;

    /// <summary>By how much the plugin's way has fewer errors than the list, as a share (R14); null if the list has none.</summary>
    public decimal? FewerErrors => List.ErrorRate == 0m ? null : 1m - (Plugin.ErrorRate / List.ErrorRate);

    /// <summary>Compares the next order of the source.</summary>
    public void Look(SourceOrder order)
    {
        Orders++;
        _listed.Remove(order.OrderId, out var row);
        var inList =
            row is null ? CopyState.Missing
            : row.Version == order.Version && (row.Status ?? order.Status) == order.Status ? CopyState.Match
            : CopyState.Outdated;
        Note(new ComparedOrder(order.OrderId, order, row, inList, _taken.Of(order)));
    }

    /// <summary>No more orders will come: what is left of the list is not at the source.</summary>
    public void Finish()
    {
        foreach (var row in _listed.Values)
        {
            Note(new ComparedOrder(row.OrderId, null, row, CopyState.Unknown, null));
        }

        _listed.Clear();
    }

    /// <summary>Says more exactly how a named order stands at the plugin.</summary>
    public void Refine(int index, long firstSeq)
    {
        if (
            _named[index] is { AtPlugin: CopyState.Outdated, Source: { } order } named
            && _taken.Refine(order, firstSeq) is CopyState.Missing
        )
        {
            _named[index] = named with { AtPlugin = CopyState.Missing };
            Plugin = Plugin with { Outdated = Plugin.Outdated - 1, Missing = Plugin.Missing + 1 };
        }
    }

    private void Note(ComparedOrder order)
    {
        List = List.With(order.InList);
        Plugin = order.AtPlugin is { } state ? Plugin.With(state) : Plugin;
        var isRight = order is { InList: CopyState.Match, AtPlugin: CopyState.Match or CopyState.Withheld };
        if (!isRight && _named.Count < MaxNamed)
        {
            _named.Add(order);
        }
    }
}
