using Marketplace.Events;

namespace Marketplace.Grains.Deliveries;

/// <summary>The feed's last position as far as known; it never goes back.</summary>
/// <param name="feed">The seller's feed.</param>
internal sealed class FeedHead(IFeedGrain feed)
{
    private readonly List<TaskCompletionSource> _listeners = [];

    public long Seq { get; private set; }

    /// <summary>The feed reaches at least this far.</summary>
    public void Advance(long seq)
    {
        if (seq > Seq)
        {
            Seq = seq;
            ReleaseListeners();
        }
    }

    /// <summary>Asks the feed.</summary>
    public async Task<long> Refresh(CancellationToken cancellationToken)
    {
        Advance(await feed.GetHead(cancellationToken));
        return Seq;
    }

    /// <summary>Returns when the feed has grown beyond a position, or after the patience.</summary>
    public async Task<long> WaitBeyond(long seq, TimeSpan patience, CancellationToken cancellationToken)
    {
        // Listen before asking: growth between the answer and the wait would be missed.
        var listener = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _listeners.Add(listener);
        try
        {
            if (await Refresh(cancellationToken) <= seq)
            {
                await listener
                    .Task.WaitAsync(patience, TimeProvider.System, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }

            return Seq;
        }
        finally
        {
            _listeners.Remove(listener);
        }
    }

    /// <summary>Ends all waits.</summary>
    public void ReleaseListeners()
    {
        _listeners.ForEach(listener => listener.TrySetResult());
        _listeners.Clear();
    }
}
