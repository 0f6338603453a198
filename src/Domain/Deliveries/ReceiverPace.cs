namespace Marketplace.Deliveries;

/// <summary>
/// Number of concurrent requests to an endpoint: raised while it accepts them, halved when it reports overload or does not answer in time
/// (additive increase, multiplicative decrease). Not stored; it is learned again within a few requests.
/// </summary>
/// <param name="max">The maximum, at least 1.</param>
internal sealed class ReceiverPace(int max)
{
    private const int First = 2;

    private double _limit = Math.Min(First, max);
    private double _doubleUntil = max;
    private long _begun;
    private long _slowedAt;

    /// <summary>Requests that may be in flight, from 1 to the maximum.</summary>
    public int Limit => (int)_limit;

    /// <summary>The number of the request that starts now.</summary>
    public long Begin() => ++_begun;

    /// <summary>Records a success: one more per success until the first overload, then one more per round of requests in flight.</summary>
    public void Raise() => _limit = Math.Min(max, _limit + (_limit < _doubleUntil ? 1 : 1 / _limit));

    /// <summary>Records that the request of this number overloaded the receiver. Requests in flight at the same time count once.</summary>
    public void Lower(long number)
    {
        if (number > _slowedAt)
        {
            _slowedAt = _begun;
            _limit = _doubleUntil = Math.Max(1, _limit / 2);
        }
    }

    /// <summary>Starts over after an outage.</summary>
    public void Restart() => (_limit, _doubleUntil) = (Math.Min(First, max), max);
}
