using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Marketplace.Installations;

namespace Marketplace.Grains.Quotas;

/// <summary>The counters that live in this silo.</summary>
internal sealed class QuotaCells
{
    private readonly ConcurrentDictionary<InstallationId, QuotaCell> _cells = new();

    public bool TryGet(InstallationId installation, [NotNullWhen(true)] out QuotaCell? cell) => _cells.TryGetValue(installation, out cell);

    public void Publish(QuotaCell cell) => _cells[cell.Installation] = cell;

    /// <summary>Takes a cell off; a newer one of the same installation stays.</summary>
    public void Withdraw(QuotaCell cell) => _cells.TryRemove(new KeyValuePair<InstallationId, QuotaCell>(cell.Installation, cell));
}
