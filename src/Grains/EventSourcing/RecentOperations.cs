using Marketplace.Journal;

namespace Marketplace.Grains.EventSourcing;

/// <summary>
/// The last operations of an entity, as many as callers are likely to repeat: keeping all would grow with the entity's age. The journal
/// knows the older ones.
/// </summary>
internal sealed class RecentOperations
{
    public const int Capacity = 100;

    // Most entities have a handful, so that looking through them costs less than a hash table for each entity keeps.
    private readonly List<OperationId> _known = [];

    /// <summary>True if older operations were dropped.</summary>
    public bool HasForgotten { get; private set; }

    public bool Contains(OperationId operationId) => _known.Contains(operationId);

    public void Add(OperationId operationId)
    {
        if (_known.Contains(operationId))
        {
            return;
        }

        if (_known.Count == Capacity)
        {
            _known.RemoveAt(0);
            HasForgotten = true;
        }

        _known.Add(operationId);
    }
}
