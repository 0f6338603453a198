namespace Marketplace.Replay.Deliveries;

/// <summary>Waits until everything that is owed is acknowledged, or the patience ends.</summary>
internal sealed class Arrival(IReadOnlyList<Subscription> subscriptions, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    public long Owed => subscriptions.Sum(one => (long)one.Book.Owed);

    /// <remarks><c>withPoisoned</c>: true where those must come, too, that were refused until they were given up.</remarks>
    /// <returns>False where the patience has ended.</returns>
    public async Task<bool> Wait(Action<long> progress, bool withPoisoned, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var reached = 0L;
        while (true)
        {
            var left = Left(withPoisoned);
            progress(Owed - left - reached);
            reached = Owed - left;
            if (left == 0 || time.GetElapsedTime(since) > patience)
            {
                return left == 0;
            }

            await Task.Delay(Glance, time, cancellationToken);
        }
    }

    private long Left(bool withPoisoned) => subscriptions.Sum(one => one.Book.Left() is var left && withPoisoned ? left.Waiting + (long)left.Poisoned : left.Waiting);
}
