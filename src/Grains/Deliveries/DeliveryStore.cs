using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;

namespace Marketplace.Grains.Deliveries;

/// <summary>One activation's side of the delivery log: reads the progress, and writes it row by row.</summary>
internal sealed class DeliveryStore(IDeliveryLog log, InstallationId id, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private long _no;
    private ReadOnlyMemory<byte> _hash = DeliveryRow.NoHash;
    private bool _broken;

    /// <summary>When somebody will look at the installation without being called; null if nobody will.</summary>
    public DateTimeOffset? Due { get; private set; }

    public async Task<SavedProgress> Load(CancellationToken cancellationToken)
    {
        if (await log.ReadState(id, cancellationToken) is not { } state)
        {
            return new SavedProgress();
        }

        (_no, _hash, Due) = (state.No, state.Hash, state.DueAt);
        return SavedProgress.Decode(state.State);
    }

    /// <summary>Writes what has happened since the last time; nothing if nothing has.</summary>
    /// <exception cref="StoreUnavailableException">It is not known to be written, or another activation has written: this one must
    /// end.</exception>
    public async Task Commit(DeliveryProgress progress, DateTimeOffset? due)
    {
        await _gate.WaitAsync();
        try
        {
            if (_broken)
            {
                // What an earlier row should have said is lost here; a later one must not be written without it.
                throw new StoreUnavailableException($"The deliveries of {id} begin anew.");
            }

            if (!progress.HasEntries)
            {
                return;
            }

            _broken = true;
            var row = DeliveryRow.Following(id, _no, _hash, time.GetUtcNow(), progress.TakeEntries());
            if (!await log.Append(new DeliveryCommit(row, due, progress.Encode()) { KnownDueAt = Due }, CancellationToken.None))
            {
                throw new StoreUnavailableException($"The deliveries of {id} are another activation's.");
            }

            (_no, _hash, Due, _broken) = (row.No, row.Hash, due, false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Notes when somebody must look, if that is not noted already.</summary>
    public async Task Mark(DateTimeOffset? due)
    {
        if (Due != due)
        {
            // Before it is written: whoever comes meanwhile must not rely on what is being replaced.
            Due = due;
            await log.Mark(id, due, CancellationToken.None);
        }
    }

    /// <summary>
    /// After a look that has seen to what was due: notes when the next one must be. Not in place of what another activation, a commit under
    /// way or a failed look has noted meanwhile: if the process that relies on that ended, nobody would look any more.
    /// </summary>
    public async Task PutOff(DateTimeOffset? due)
    {
        if (Due is { } known)
        {
            Due = due;
            await log.PutOff(id, new KnownWakeUp(_no, known), due, CancellationToken.None);
            var noted = await Noted(known);
            if (Due == due)
            {
                Due = noted;
            }
        }
    }

    /// <summary>What stands there now; as before where that cannot be told, so that the next look asks again.</summary>
    private async Task<DateTimeOffset?> Noted(DateTimeOffset known)
    {
        try
        {
            return (await log.ReadState(id, CancellationToken.None))?.DueAt;
        }
        catch (StoreUnavailableException)
        {
            return known;
        }
    }

    public void Dispose() => _gate.Dispose();
}
