using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Storage.Commit;

namespace Marketplace.Storage.Deliveries;

/// <summary>
/// One installation's row with its state, or only its next wake-up: a mark replaces any other, a postponement only a known one. A commit
/// answers false if another activation has appended.
/// </summary>
internal sealed class DeliveryGroup : AppendGroup<bool>
{
    private readonly ReadOnlyMemory<byte> _state;
    private readonly long _known = DeliveryState.AnyWakeUp;

    public DeliveryGroup(DeliveryCommit commit)
        : this(commit.Row.Installation, commit.DueAt) =>
        (Row, _state, _known, Key) = (
            commit.Row,
            commit.State,
            commit.KnownDueAt?.ToUnixTimeMilliseconds() ?? DeliveryState.NoWakeUp,
            Installation
        );

    // A mark needs no fence: it must not be refused because a commit of the same installation was.
    public DeliveryGroup(InstallationId installation, DateTimeOffset? dueAt) =>
        (Installation, DueAt, Key) = (installation.ToString(), dueAt?.ToUnixTimeMilliseconds(), $"{installation} due");

    public DeliveryGroup(InstallationId installation, KnownWakeUp known, DateTimeOffset? dueAt)
        : this(installation, dueAt) => Known = (known.No, known.DueAt.ToUnixTimeMilliseconds());

    public string Installation { get; }

    /// <summary>Null for a mark.</summary>
    public DeliveryRow? Row { get; }

    /// <summary>What a postponement replaces, last row and milliseconds since 1970; null for a mark or a row.</summary>
    public (long No, long DueAt)? Known { get; }

    /// <summary>Milliseconds since 1970.</summary>
    public long? DueAt { get; }

    /// <summary>The state as it stands in a table; that of a mark is used where there is none yet.</summary>
    public DeliveryState State => new(Row?.No ?? 0, Row?.Hash ?? DeliveryRow.NoHash, DueAt, _state, _known);

    public override string Key { get; }

    public override int Rows => 1;

    public override int Bytes => (Row?.Body.Length ?? 0) + _state.Length + 256;

    protected override void OnCommitted() => Complete(true);

    protected override void OnRefused()
    {
        if (Row is null)
        {
            Complete(new StoreUnavailableException("The store refused to schedule the next wake-up."));
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
/// <param name="Known">
/// The stored wake-up that <paramref name="DueAt"/> replaces: milliseconds since 1970, <see cref="NoWakeUp"/> or <see cref="AnyWakeUp"/>.
/// Where another one is stored, the earlier of the two stands.
/// </param>
internal sealed record DeliveryState(long No, ReadOnlyMemory<byte> Hash, long? DueAt, ReadOnlyMemory<byte> Bytes, long Known)
{
    /// <summary>The writer knows of no stored wake-up.</summary>
    public const long NoWakeUp = -1;

    /// <summary>The wake-up replaces whatever is stored.</summary>
    public const long AnyWakeUp = -2;

    /// <summary>
    /// The state after this one and then another of the same installation. Where the result depends on what is stored, the wake-up is the
    /// earlier one: a surplus wake-up changes nothing.
    /// </summary>
    public DeliveryState Then(DeliveryState next) =>
        next.No == 0
            ? this with
            {
                DueAt = next.DueAt,
                Known = AnyWakeUp,
            }
            : next with
            {
                DueAt = next.Known == (DueAt ?? NoWakeUp) ? next.DueAt : Earlier(DueAt, next.DueAt),
                Known = Known,
            };

    private static long? Earlier(long? one, long? other) => one < other || other is null ? one : other;
}
