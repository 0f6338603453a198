namespace Marketplace.Deliveries;

/// <summary>
/// How many requests an endpoint gets at once: more while it takes them, half as many when it says that it is too much, or does not answer
/// in time (additive increase, multiplicative decrease). Forgotten with the process; it is learned again within a few requests.
/// </summary>
/// <param name="max">The most, at least 1.</param>
internal sealed class ReceiverPace(int max)
{
    private const int First = 2;

    private double _limit = Math.Min(First, max);
    private double _doubleUntil = max;
    private long _begun;
    private long _slowedAt;

    /// <summary>Requests that may be under way, from 1 to the most.</summary>
    public int Limit => (int)_limit;

    /// <summary>The number of the request that begins now.</summary>
    public long Begin() => ++_begun;

    /// <summary>One was taken: one more for each until it was too much once, then one more for as many as are under way.</summary>
    public void Raise() => _limit = Math.Min(max, _limit + (_limit < _doubleUntil ? 1 : 1 / _limit));

    /// <summary>The request of this number was too much. All that were under way with it say the same, and count once.</summary>
    public void Lower(long number)
    {
        if (number > _slowedAt)
        {
            _slowedAt = _begun;
            _limit = _doubleUntil = Math.Max(1, _limit / 2);
        }
    }

    /// <summary>The endpoint is back: begins as at first.</summary>
    public void Restart() => (_limit, _doubleUntil) = (Math.Min(First, max), max);
}
