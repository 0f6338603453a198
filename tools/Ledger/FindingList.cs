using Marketplace.Journal;

namespace Marketplace.Ledger;

/// <summary>Keeps the first findings and counts all, so that a completely broken store can still be reported.</summary>
public sealed class FindingList
{
    /// <summary>Maximum findings listed.</summary>
    public const int Listed = 50;

    private readonly List<Finding> _first = [];

    public IReadOnlyList<Finding> First => _first;

    public long Count { get; private set; }

    public void Add(Finding finding)
    {
        Count++;
        if (_first.Count < Listed)
        {
            _first.Add(finding);
        }
    }

    public async Task Write(TextWriter text)
    {
        foreach (var finding in _first)
        {
            await text.WriteLineAsync(finding.ToString());
        }

        if (Count > _first.Count)
        {
            await text.WriteLineAsync(FormattableString.Invariant($"… and {Count - _first.Count} more."));
        }
    }
}
