namespace Marketplace.Grains.EventSourcing;

/// <summary>
/// The operations that an entity carried out last, as many as a caller is likely to repeat: all of them would grow with the entity's age.
/// Whether an older one was carried out the journal knows.
/// </summary>
internal sealed class RecentOperations
{
    public const int Capacity = 100;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>True if there are operations that are not known here any more.</summary>
    public bool HasForgotten { get; private set; }

    public bool Contains(string operationId) => _known.Contains(operationId);

    public void Add(string operationId)
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
