using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Storage.Commit;

namespace Marketplace.Storage.Deliveries;

/// <summary>
/// One installation's row with its state, or only a mark of when to look at it next, be it whatever stands there or only in place of a
/// known one. A commit answers false if another activation has appended.
/// </summary>
internal sealed class DeliveryGroup : AppendGroup<bool>
{
    private readonly ReadOnlyMemory<byte> _state;

    public DeliveryGroup(DeliveryCommit commit)
        : this(commit.Row.Installation, commit.DueAt) => (Row, _state, Key) = (commit.Row, commit.State, Installation);

    // A mark needs no fence: it must not be refused because a commit of the same installation was.
    public DeliveryGroup(InstallationId installation, DateTimeOffset? dueAt) =>
        (Installation, DueAt, Key) = (installation.ToString(), dueAt?.ToUnixTimeMilliseconds(), $"{installation} due");

    public DeliveryGroup(InstallationId installation, DeliveryNote known, DateTimeOffset? dueAt)
        : this(installation, dueAt) => Known = (known.No, known.DueAt.ToUnixTimeMilliseconds());

    public string Installation { get; }

    /// <summary>Null for a mark.</summary>
    public DeliveryRow? Row { get; }

    /// <summary>What a mark takes the place of, last row and milliseconds since 1970; null if of whatever stands there.</summary>
    public (long No, long DueAt)? Known { get; }

    /// <summary>Milliseconds since 1970.</summary>
    public long? DueAt { get; }

    /// <summary>The state as it stands in a table; that of a mark is used where there is none yet.</summary>
    public DeliveryState State => new(Row?.No ?? 0, Row?.Hash ?? DeliveryRow.NoHash, DueAt, _state);

    public override string Key { get; }

    public override int Rows => 1;

    public override int Bytes => (Row?.Body.Length ?? 0) + _state.Length + 256;

    protected override void OnCommitted() => Complete(true);

    protected override void OnRefused()
    {
        if (Row is null)
        {
            Complete(new StoreUnavailableException("The store refused to note when to look next."));
            return;
        }

        Complete(false);
    }
}

/// <summary>A row of <c>delivery_state</c>.</summary>
/// <param name="No">Number of the last row; 0 in a mark, which changes nothing but <paramref name="DueAt"/>.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="DueAt">Milliseconds since 1970.</param>
/// <param name="Bytes">Opaque.</param>
internal sealed record DeliveryState(long No, ReadOnlyMemory<byte> Hash, long? DueAt, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The state after this one and then another of the same installation.</summary>
    public DeliveryState Then(DeliveryState next) => next.No == 0 ? this with { DueAt = next.DueAt } : next;
}
