namespace Marketplace.Replay.Deliveries;

/// <summary>Waits until everything owed is acknowledged, or nothing has changed for longer than the patience.</summary>
internal sealed class Arrival(IReadOnlyList<Subscription> subscriptions, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    public long Owed => subscriptions.Sum(one => (long)one.Book.Owed);

    /// <remarks><c>withPoisoned</c>: true to wait also for events that were refused until they became dead letters.</remarks>
    /// <returns>False if the patience ran out.</returns>
    public async Task<bool> Wait(Action<long> progress, bool withPoisoned, CancellationToken cancellationToken)
    {
        var (left, since) = (Owed, time.GetTimestamp());
        while (true)
        {
            if (Left(withPoisoned) is var now && now != left)
            {
                progress(left - now);
                (left, since) = (now, time.GetTimestamp());
            }

            if (left == 0 || time.GetElapsedTime(since) > patience)
            {
                return left == 0;
            }

            await Task.Delay(Glance, time, cancellationToken);
        }
    }

    /// <returns>False if the patience ran out.</returns>
    public async Task<bool> Until(Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (!await holds())
        {
            if (time.GetElapsedTime(since) > patience)
            {
                return false;
            }

            await Task.Delay(Glance, time, cancellationToken);
        }

        return true;
    }

    private long Left(bool withPoisoned) =>
        subscriptions.Sum(one => one.Book.Left() is var left && withPoisoned ? left.Waiting + (long)left.Poisoned : left.Waiting);
}
