using Marketplace.Identity.Tokens;

namespace Marketplace.Identity.Clients;

/// <summary>Allows something once in a while for each client; each process counts for itself, and forgets who came long ago.</summary>
/// <param name="time">The clock of identity.</param>
/// <param name="pause">From one time to the next.</param>
internal abstract class ClientPace(TimeProvider time, TimeSpan pause)
{
    private const int Remembered = 10_000;

    private readonly Lock _lock = new();
    private readonly GenerationalCache<string, object> _last = new(Remembered);

    /// <summary>True at most once in a pause for a client.</summary>
    public bool TryPass(string client)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_last.TryGet(client, out var at) && now - (DateTimeOffset)at < pause)
            {
                return false;
            }

            _last.Set(client, now);
            return true;
        }
    }
}

/// <summary>
/// Which clients' refused secrets are written to the journal: one fact in a while says it, so that nobody can fill the journal from
/// outside.
/// </summary>
internal sealed class NotedClients([FromKeyedServices(IdentityNames.Clock)] TimeProvider time) : ClientPace(time, TimeSpan.FromMinutes(10));

/// <summary>
/// How often a client may change its secret: every change adds a fact to the journal for good, so a client in a loop must be stopped.
/// </summary>
internal sealed class SecretChangePace([FromKeyedServices(IdentityNames.Clock)] TimeProvider time) : ClientPace(time, Pause)
{
    /// <summary>From one change to the next.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
}
