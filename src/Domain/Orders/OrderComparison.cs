using Marketplace.Events;

namespace Marketplace.Orders;

/// <summary>The state of an order's copy compared with the source.</summary>
public enum CopyState
{
    /// <summary>Version and status match the source.</summary>
    Match,

    /// <summary>The copy lacks the order.</summary>
    Missing,

    /// <summary>The copy has the order in an outdated state.</summary>
    Outdated,

    /// <summary>The copy has an order unknown to the source.</summary>
    Unknown,

    /// <summary>The plugin is not owed the order: it is outside the sync window, or from before the plugin was enabled.</summary>
    Withheld,
}

/// <summary>A row of an exported or manually kept list.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">Its version; null if there is no readable one.</param>
/// <param name="Status">Its status; null if the list has none.</param>
public sealed record ListedOrder(string OrderId, long? Version, string? Status);

/// <summary>An order at the source.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">Its version.</param>
/// <param name="Status">Its status, in the form used in lists.</param>
/// <param name="UpdatedSeq">Feed position of its last event.</param>
/// <param name="CreatedAt">When it was created.</param>
public sealed record SourceOrder(string OrderId, long Version, string Status, long UpdatedSeq, DateTimeOffset CreatedAt);

/// <summary>What a plugin has acknowledged.</summary>
/// <param name="Since">Events after this position are owed.</param>
/// <param name="Cursor">Everything owed up to here was acknowledged, except for <paramref name="Open"/>.</param>
/// <param name="VisibleFrom">The sync window's bound on order creation; null for all (R59).</param>
/// <param name="Open">By key, the first position of an event that was not acknowledged although the cursor has passed it.</param>
public sealed record AcknowledgedEvents(long Since, long Cursor, DateTimeOffset? VisibleFrom, IReadOnlyDictionary<string, long> Open)
{
    /// <summary>The state of the plugin's copy, as far as its acknowledgements show.</summary>
    public CopyState Of(SourceOrder order)
    {
        if (order.UpdatedSeq <= Since || order.CreatedAt < VisibleFrom)
        {
            return CopyState.Withheld;
        }

        return order.UpdatedSeq <= Cursor && !Open.ContainsKey(PluginEvent.KeyOf(order.OrderId)) ? CopyState.Match : CopyState.Outdated;
    }

    /// <summary>For a copy that is not up to date: whether the copy has the order at all.</summary>
    /// <param name="order">The order.</param>
    /// <param name="firstSeq">Feed position of its first event.</param>
    public CopyState Refine(SourceOrder order, long firstSeq) =>
        firstSeq > Since && (firstSeq > Cursor || Open.GetValueOrDefault(PluginEvent.KeyOf(order.OrderId), long.MaxValue) <= firstSeq)
            ? CopyState.Missing
            : CopyState.Outdated;
}

/// <summary>Number of orders of a copy by state.</summary>
public sealed record CopyCounts(long Match, long Missing, long Outdated, long Unknown, long Withheld)
{
    public static CopyCounts None { get; } = new(0, 0, 0, 0, 0);

    public long Errors => Missing + Outdated + Unknown;

    /// <summary>The share of wrong orders among all that should be there and those that should not; 0 without any.</summary>
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

/// <summary>One order that differs between the copies, or is wrong in one of them.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Source">The source's order; null if there is none.</param>
/// <param name="Listed">The list's row; null if there is none.</param>
/// <param name="InList">The state of the list's copy.</param>
/// <param name="AtPlugin">The state of the plugin's copy; null for an order unknown to the source.</param>
public sealed record ComparedOrder(string OrderId, SourceOrder? Source, ListedOrder? Listed, CopyState InList, CopyState? AtPlugin);

/// <summary>
/// Compares a list of orders, and a plugin's acknowledgements, with the source (R13, R14): the same orders and the same measure for both.
/// Pure; fed with the source's orders one by one.
/// </summary>
public sealed class OrderComparison
{
    /// <summary>Maximum orders named; all are counted.</summary>
    public const int MaxNamed = 1_000;

    private readonly Dictionary<string, ListedOrder> _listed;
    private readonly AcknowledgedEvents _taken;
    private readonly List<ComparedOrder> _named = [];

    /// <param name="listed">
    /// The rows of the list. If several rows are about one order the last one counts, as for a reader of the list; the others are unknown.
    /// </param>
    /// <param name="taken">The plugin's acknowledgements.</param>
    public OrderComparison(IEnumerable<ListedOrder> listed, AcknowledgedEvents taken)
    {
        (_listed, _taken) = (new Dictionary<string, ListedOrder>(StringComparer.Ordinal), taken);
        foreach (var row in listed)
        {
            Rows++;
            if (_listed.Remove(row.OrderId, out var earlier))
            {
                Add(new ComparedOrder(earlier.OrderId, null, earlier, CopyState.Unknown, null));
            }

            _listed[row.OrderId] = row;
        }
    }

    /// <summary>Number of rows in the list.</summary>
    public long Rows { get; private set; }

    /// <summary>Number of orders at the source.</summary>
    public long Orders { get; private set; }

    public CopyCounts List { get; private set; } = CopyCounts.None;

    public CopyCounts Plugin { get; private set; } = CopyCounts.None;

    /// <summary>The wrong orders, in the source's order, followed by those unknown to the source.</summary>
    public IReadOnlyList<ComparedOrder> Named => _named;

    /// <summary>The share of the list's errors that the plugin avoids (R14); null if the list has none.</summary>
    public decimal? FewerErrors => List.ErrorRate == 0m ? null : 1m - (Plugin.ErrorRate / List.ErrorRate);

    /// <summary>Compares the next order of the source.</summary>
    public void Compare(SourceOrder order)
    {
        Orders++;
        _listed.Remove(order.OrderId, out var row);
        var inList =
            row is null ? CopyState.Missing
            : row.Version == order.Version && (row.Status ?? order.Status) == order.Status ? CopyState.Match
            : CopyState.Outdated;
        Add(new ComparedOrder(order.OrderId, order, row, inList, _taken.Of(order)));
    }

    /// <summary>Completes the comparison: rows left over are unknown to the source.</summary>
    public void Finish()
    {
        foreach (var row in _listed.Values)
        {
            Add(new ComparedOrder(row.OrderId, null, row, CopyState.Unknown, null));
        }

        _listed.Clear();
    }

    /// <summary>Refines the plugin's state of a named order.</summary>
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

    private void Add(ComparedOrder order)
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
