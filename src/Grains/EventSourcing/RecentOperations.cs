using Marketplace.Journal;

namespace Marketplace.Grains.EventSourcing;

/// <summary>
/// The last operations of an entity, as many as callers are likely to repeat: keeping all would grow with the entity's age. The journal
/// knows the older ones.
/// </summary>
internal sealed class RecentOperations
{
    public const int Capacity = 100;

    private readonly HashSet<OperationId> _known = [];
    private readonly Queue<OperationId> _order = new();

    /// <summary>True if older operations were dropped.</summary>
    public bool HasForgotten { get; private set; }

    public bool Contains(OperationId operationId) => _known.Contains(operationId);

    public void Add(OperationId operationId)
    {
        if (!_known.Add(operationId))
        {
            return;
        }

        _order.Enqueue(operationId);
        if (_order.Count > Capacity)
        {
            _known.Remove(_order.Dequeue());
            HasForgotten = true;
        }
    }
}
