using BitFaster.Caching.Lru;

namespace Marketplace.Identity.Clients;

/// <summary>Rate-limits something per client; each process counts separately, and drops clients not seen for long.</summary>
/// <param name="time">The clock of identity.</param>
/// <param name="pause">Minimum time between two passes.</param>
internal abstract class ClientPace(TimeProvider time, TimeSpan pause)
{
    private const int Remembered = 10_000;

    private readonly Lock _lock = new();
    private readonly FastConcurrentLru<string, DateTimeOffset> _last = new(Remembered);

    /// <summary>True at most once per pause for a client.</summary>
    public bool TryPass(string client)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_last.TryGet(client, out var at) && now - at < pause)
            {
                return false;
            }

            _last.AddOrUpdate(client, now);
            return true;
        }
    }
}

/// <summary>Limits the journal to one fact per client and period about refused secrets, so that outsiders cannot flood it.</summary>
internal sealed class SecretReportPace([FromKeyedServices(IdentityNames.Clock)] TimeProvider time)
    : ClientPace(time, TimeSpan.FromMinutes(10));

/// <summary>
/// Limits how often a client may change its secret: every change adds a permanent fact to the journal, so a looping client must be stopped.
/// </summary>
internal sealed class SecretChangePace([FromKeyedServices(IdentityNames.Clock)] TimeProvider time) : ClientPace(time, Pause)
{
    /// <summary>Minimum time between two changes.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
}
