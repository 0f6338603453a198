using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Journal.Views;
using Marketplace.Sellers;

namespace Marketplace.Grains.Journal;

/// <summary>
/// An entity before and after a fact, computed from the journal alone: the same for every delivery, even after the entity has changed
/// again. One per subscriber activation; caches each entity's last view, so that facts in order are not read again.
/// </summary>
internal sealed class EntityHistory(IJournalReader journal)
{
    // A subscriber's entities are a sixty-fourth of all: enough for those at work at the same time.
    private const int KeptEntities = 128;

    private readonly Dictionary<string, (long Version, IEntityView View)> _views = new(StringComparer.Ordinal);
    private readonly Queue<string> _kept = new();

    /// <summary>The change made by a fact, for each seller concerned before or after it; empty if it changed nothing.</summary>
    public async Task<IReadOnlyList<EntityChange>> ChangeBy(JournalFact fact, CancellationToken cancellationToken)
    {
        var view = await Before(fact, cancellationToken);
        var before = view.Sellers.ToDictionary(seller => seller, view.Show);
        return
        [
            .. Apply(fact, view, before.Keys)
                .Select(seller => new EntityChange(seller, before.GetValueOrDefault(seller), view.Show(seller))),
        ];
    }

    /// <summary>The sellers of <see cref="ChangeBy"/>, without what they see.</summary>
    public async Task<IReadOnlyList<SellerId>> SellersConcernedBy(JournalFact fact, CancellationToken cancellationToken)
    {
        var view = await Before(fact, cancellationToken);
        return [.. Apply(fact, view, [.. view.Sellers])];
    }

    /// <summary>Changes the view.</summary>
    /// <returns>The sellers that the change concerns.</returns>
    private IEnumerable<SellerId> Apply(JournalFact fact, IEntityView view, IEnumerable<SellerId> before)
    {
        // Removed until it is consistent again: a fact that cannot be folded must not leave half a view behind.
        _views.Remove(fact.Entity);
        view.Apply(fact);
        Keep(fact, view);
        return fact.Type == JournalFact.NothingChanged ? [] : before.Union(view.Sellers).Where(view.Concerns);
    }

    private async Task<IEntityView> Before(JournalFact fact, CancellationToken cancellationToken)
    {
        if (_views.TryGetValue(fact.Entity, out var kept) && kept.Version == fact.Version - 1)
        {
            return kept.View;
        }

        var view = EntityViews.Of(fact.Entity);
        if (fact.Version > 1)
        {
            await foreach (var earlier in journal.Read(fact.Entity, 0, cancellationToken))
            {
                if (earlier.Version >= fact.Version)
                {
                    break;
                }

                view.Apply(earlier);
            }
        }

        return view;
    }

    private void Keep(JournalFact fact, IEntityView view)
    {
        if (!_views.ContainsKey(fact.Entity))
        {
            _kept.Enqueue(fact.Entity);
            if (_kept.Count > KeptEntities)
            {
                _views.Remove(_kept.Dequeue());
            }
        }

        _views[fact.Entity] = (fact.Version, view);
    }
}

/// <summary>A fact's change for one seller; before and after are empty where there is nothing to see.</summary>
internal sealed record EntityChange(SellerId Seller, ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After);
