namespace Marketplace.Replay.Http;

/// <summary>A histogram with buckets 2 % wide from 1 µs to some 10 minutes: bounded, however many calls are made.</summary>
internal sealed class Latencies
{
    private const double Step = 1.02;
    private readonly long[] _buckets = new long[1024];

    public long Count { get; private set; }

    public void Add(TimeSpan took)
    {
        var bucket = (int)(Math.Log(Math.Max(1, took.TotalMicroseconds)) / Math.Log(Step));
        lock (_buckets)
        {
            _buckets[Math.Min(bucket, _buckets.Length - 1)]++;
            Count++;
        }
    }

    public void Add(Latencies other)
    {
        for (var i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] += other._buckets[i];
        }

        Count += other.Count;
    }

    /// <summary>The latency in ms that <paramref name="percent"/> of the calls did not exceed (to 2 %); 0 without calls.</summary>
    public double Percentile(double percent)
    {
        var rank = (long)Math.Ceiling(Count * percent / 100);
        long seen = 0;
        for (var i = 0; i < _buckets.Length && rank > 0; i++)
        {
            seen += _buckets[i];
            if (seen >= rank)
            {
                return Math.Round(Math.Pow(Step, i + 1) / 1_000, 3);
            }
        }

        return 0;
    }
}
