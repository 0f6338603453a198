using System.Net;
using BitFaster.Caching.Lru;

namespace Marketplace.Identity.Clients;

/// <summary>
/// Throttles the guessing of client secrets. Wrong secrets fill three leaky buckets: of the client at one address (or one IPv6 /64
/// network), of the address for all clients, and of the client at all addresses. While one is full, secrets are not checked. A client that
/// recently sent the right secret from an address is limited there by the first bucket only, so that neither a botnet nor a neighbour
/// behind the same address can lock it out. Everything is bounded and in memory; each process counts separately.
/// </summary>
internal sealed class SecretAttempts([FromKeyedServices(IdentityNames.Clock)] TimeProvider time) : IDisposable
{
    private const int Remembered = 20_000;
    private const int Lanes = 64;
    private const int AtOnce = 4;

    private static readonly TimeSpan ProvenFor = TimeSpan.FromHours(24);

    private readonly FastConcurrentLru<(string Client, string Address), Measure> _pairs = new(Remembered);
    private readonly FastConcurrentLru<string, Measure> _addresses = new(Remembered);
    private readonly FastConcurrentLru<string, Measure> _clients = new(Remembered);
    private readonly FastConcurrentLru<(string Client, string Address), DateTimeOffset> _proven = new(Remembered);

    private readonly SemaphoreSlim[] _lanes = [.. Enumerable.Range(0, Lanes).Select(static _ => new SemaphoreSlim(AtOnce, AtOnce))];

    /// <summary>The bucket of a client at one address: its capacity and the time per free attempt.</summary>
    public static (int Most, TimeSpan Each) OfPair => (10, TimeSpan.FromSeconds(6));

    /// <summary>The same for one address and all clients.</summary>
    public static (int Most, TimeSpan Each) OfAddress => (50, TimeSpan.FromSeconds(2));

    /// <summary>The same for one client and all addresses from which it has not recently sent the right secret.</summary>
    public static (int Most, TimeSpan Each) OfClient => (100, TimeSpan.FromSeconds(1));

    /// <summary>
    /// Limits concurrent checks of unproven clients, so that many guesses sent together cannot all pass before the first one is counted.
    /// </summary>
    /// <returns>Dispose it after the check.</returns>
    public async Task<IDisposable?> Turn(string client, IPAddress? address, CancellationToken cancellationToken)
    {
        var key = (client, Place(address));
        if (IsProven(key, time.GetUtcNow()))
        {
            return null;
        }

        var lane = _lanes[(key.GetHashCode() & int.MaxValue) % Lanes];
        await lane.WaitAsync(cancellationToken);
        return new LanePlace(lane);
    }

    /// <summary>How long until a secret is checked; null if at once.</summary>
    public TimeSpan? Wait(string client, IPAddress? address)
    {
        var (now, place) = (time.GetUtcNow(), Place(address));
        var wait = WaitOf(_pairs, (client, place), now);
        if (!IsProven((client, place), now))
        {
            wait = Longer(wait, Longer(WaitOf(_addresses, place, now), WaitOf(_clients, client, now)));
        }

        return wait > TimeSpan.Zero ? wait : null;
    }

    /// <returns>True if this one filled a bucket: from now on the client is throttled.</returns>
    public bool Failed(string client, IPAddress? address)
    {
        var (now, place) = (time.GetUtcNow(), Place(address));
        var pair = Fill(_pairs, (client, place), OfPair, now);
        var whole = Fill(_addresses, place, OfAddress, now);
        return Fill(_clients, client, OfClient, now) | whole | pair;
    }

    public void Succeeded(string client, IPAddress? address)
    {
        var key = (client, Place(address));
        _pairs.TryRemove(key, out _);
        _proven.AddOrUpdate(key, time.GetUtcNow());
    }

    /// <summary>An IPv6 /64 network counts as one address: a subscriber has all of it.</summary>
    private static string Place(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 8)));
    }

    private static TimeSpan WaitOf<TKey>(FastConcurrentLru<TKey, Measure> measures, TKey key, DateTimeOffset now)
        where TKey : notnull => measures.TryGet(key, out var measure) ? measure.Wait(now) : TimeSpan.Zero;

    private static bool Fill<TKey>(FastConcurrentLru<TKey, Measure> measures, TKey key, (int Most, TimeSpan Each) limit, DateTimeOffset now)
        where TKey : notnull => measures.GetOrAdd(key, static (_, limit) => new Measure(limit.Most, limit.Each), limit).Fill(now);

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private bool IsProven((string Client, string Address) key, DateTimeOffset now) =>
        _proven.TryGet(key, out var at) && now - at < ProvenFor;

    public void Dispose() => Array.ForEach(_lanes, static lane => lane.Dispose());

    private sealed class LanePlace(SemaphoreSlim lane) : IDisposable
    {
        public void Dispose() => lane.Release();
    }

    /// <summary>A leaky bucket, stored as the instant at which it is empty.</summary>
    private sealed class Measure(int most, TimeSpan each)
    {
        private readonly Lock _lock = new();
        private DateTimeOffset _emptyAt = DateTimeOffset.MinValue;

        public TimeSpan Wait(DateTimeOffset now)
        {
            lock (_lock)
            {
                return _emptyAt - now - ((most - 1) * each);
            }
        }

        public bool Fill(DateTimeOffset now)
        {
            lock (_lock)
            {
                var before = _emptyAt > now ? _emptyAt : now;
                var brim = now + (most * each);
                _emptyAt = before + each < brim ? before + each : brim;
                return _emptyAt > now + ((most - 1) * each) && before <= now + ((most - 1) * each);
            }
        }
    }
}
