using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// One activation's side of the delivery log: reads the progress, writes it row by row, and knows the stored wake-up. Not thread-safe;
/// after an exception of a write the activation must end, because it is not known what is stored.
/// </summary>
/// <param name="log">The delivery log.</param>
/// <param name="id">The installation.</param>
/// <param name="lease">How soon another process takes up deliveries whose process ended.</param>
/// <param name="time">The clock.</param>
internal sealed class DeliveryStore(IDeliveryLog log, InstallationId id, TimeSpan lease, TimeProvider time)
{
    private long _no;
    private ReadOnlyMemory<byte> _hash = DeliveryRow.NoHash;

    /// <summary>The stored wake-up as far as known: when the poller looks at the installation; null if it does not.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>
    /// True if this activation has written the stored wake-up itself. One that it has only read may be replaced at any time by the
    /// activation that wrote it.
    /// </summary>
    public bool OwnsWakeUp { get; private set; }

    /// <summary>True if the installation is looked at within the lease, although this process ends.</summary>
    public bool IsSecured => OwnsWakeUp && DueAt > time.GetUtcNow() && DueAt <= LeaseEnd;

    private DateTimeOffset LeaseEnd => time.GetUtcNow() + lease;

    public async Task<SavedProgress> Load(CancellationToken cancellationToken)
    {
        if (await log.ReadState(id, cancellationToken) is not { } state)
        {
            return new SavedProgress();
        }

        (_no, _hash, DueAt) = (state.No, state.Hash, state.DueAt);
        return SavedProgress.Decode(state.State);
    }

    /// <summary>Writes what happened since the last row, while there is more to do; nothing if nothing happened.</summary>
    /// <exception cref="StoreUnavailableException">The row is unconfirmed, or another activation has written.</exception>
    public Task Commit(DeliveryProgress progress) => Commit(progress, LeaseEnd);

    /// <summary>Makes sure that the installation is looked at within the lease.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed, or another activation has written.</exception>
    public async Task Secure(DeliveryProgress progress)
    {
        if (!IsSecured)
        {
            await (progress.HasEntries ? Commit(progress) : Mark());
        }
    }

    /// <summary>Schedules a wake-up at the end of the lease, whatever is scheduled.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    public Task Mark() => Mark(LeaseEnd);

    /// <summary>Schedules a wake-up within the lease, and keeps one that comes earlier.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    public Task MarkAtLeaseEndOrEarlier() => Mark(DueAt > time.GetUtcNow() && DueAt < LeaseEnd ? DueAt.Value : LeaseEnd);

    /// <summary>Writes what happened since the last row, and when to look next: one commit, or none.</summary>
    /// <param name="progress">Nothing of it is left to do now.</param>
    /// <param name="dueAt">When something is due; null if nothing waits.</param>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed, or another activation has written.</exception>
    public async Task Settle(DeliveryProgress progress, DateTimeOffset? dueAt)
    {
        if (progress.HasEntries)
        {
            await Commit(progress, dueAt);
            return;
        }

        if (DueAt <= time.GetUtcNow())
        {
            // A surplus wake-up that is not due yet stays: it costs one look, and removing it costs a commit.
            await PutOff(dueAt);
        }

        if (dueAt is not null && (!OwnsWakeUp || DueAt is null || (dueAt < DueAt && DueAt > LeaseEnd)))
        {
            // At the end of the lease at the latest: a mark replaces whatever stands there, also what another activation was woken for.
            await Mark(dueAt < LeaseEnd ? dueAt : LeaseEnd);
        }
    }

    /// <summary>Reads the stored wake-up if the one known cannot be the reason for being woken.</summary>
    /// <returns>False if another activation has written: this one must end, because its rows would be refused.</returns>
    public async Task<bool> RefreshWakeUp(CancellationToken cancellationToken)
    {
        if (DueAt <= time.GetUtcNow())
        {
            return true;
        }

        var stored = await log.ReadState(id, cancellationToken);
        if (stored?.DueAt?.ToUnixTimeMilliseconds() != DueAt?.ToUnixTimeMilliseconds())
        {
            (DueAt, OwnsWakeUp) = (stored?.DueAt, false);
        }

        return (stored?.No ?? 0) == _no;
    }

    /// <summary>Another activation has written.</summary>
    public StoreUnavailableException Stale() => new($"Another activation has written the deliveries of {id}; repeat the call.");

    private async Task Commit(DeliveryProgress progress, DateTimeOffset? dueAt)
    {
        if (!progress.HasEntries)
        {
            return;
        }

        var row = DeliveryRow.Following(id, _no, _hash, time.GetUtcNow(), progress.DrainEntries());
        var commit = new DeliveryCommit(row, dueAt, progress.Encode()) { KnownDueAt = DueAt };
        if (!await log.Append(commit, CancellationToken.None))
        {
            throw Stale();
        }

        (_no, _hash, DueAt, OwnsWakeUp) = (row.No, row.Hash, dueAt, true);
    }

    private async Task Mark(DateTimeOffset? dueAt)
    {
        await log.Mark(id, dueAt, CancellationToken.None);
        (DueAt, OwnsWakeUp) = (dueAt, true);
    }

    /// <summary>
    /// Replaces a wake-up that was due, unless another activation has scheduled one since: if its process ended, the events it was woken
    /// for would wait until the next wake-up.
    /// </summary>
    private async Task PutOff(DateTimeOffset? dueAt)
    {
        if (DueAt is { } known)
        {
            await log.PutOff(id, new KnownWakeUp(_no, known), dueAt, CancellationToken.None);
            var stored = await ReadWakeUp(known);
            (DueAt, OwnsWakeUp) = (stored, stored?.ToUnixTimeMilliseconds() == dueAt?.ToUnixTimeMilliseconds());
        }
    }

    /// <summary>The stored wake-up; the one known before if it cannot be read, so that the next look puts it off again.</summary>
    /// <exception cref="StoreUnavailableException">Another activation has written; this one would be woken again and again.</exception>
    private async Task<DateTimeOffset?> ReadWakeUp(DateTimeOffset known)
    {
        DeliverySnapshot? stored;
        try
        {
            stored = await log.ReadState(id, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            return known;
        }

        return (stored?.No ?? 0) == _no ? stored?.DueAt : throw Stale();
    }
}
