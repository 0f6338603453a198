using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Identity.SubjectTokens;

/// <summary>An issuer of accepted subject tokens.</summary>
public abstract class SubjectIssuer(string name, string audience, SubjectKinds kinds)
{
    /// <summary>The <c>iss</c> of its tokens.</summary>
    public string Name => name;

    /// <summary>The <c>aud</c> of its tokens.</summary>
    public string Audience => audience;

    /// <summary>The persons it may vouch for.</summary>
    public SubjectKinds Kinds => kinds;

    /// <exception cref="HttpRequestException">The keys are unavailable and were never read.</exception>
    public abstract Task<IEnumerable<SecurityKey>> Keys(CancellationToken cancellationToken);

    /// <summary>A token named an unknown key, which may be new: the next <see cref="Keys"/> may read them again.</summary>
    public virtual void Refresh() { }
}

/// <summary>An issuer with keys in the settings.</summary>
internal sealed class FixedIssuer(string name, string audience, SubjectKinds kinds, string jwks) : SubjectIssuer(name, audience, kinds)
{
    private readonly IList<SecurityKey> _keys = new JsonWebKeySet(jwks).GetSigningKeys();

    public override Task<IEnumerable<SecurityKey>> Keys(CancellationToken cancellationToken) =>
        Task.FromResult<IEnumerable<SecurityKey>>(_keys);
}

/// <summary>
/// An issuer that publishes its keys. They are read when first needed, every 12 h, and when a token names an unknown key, but then at most
/// every 30 s: forged tokens must not make us flood the issuer. While it is down, the last keys stay in use.
/// </summary>
internal sealed class PublishingIssuer(string name, string audience, SubjectKinds kinds, Uri address, TimeProvider time)
    : SubjectIssuer(name, audience, kinds),
        IDisposable
{
    private const int LargestKeySet = 256 * 1024;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        MaxResponseContentBufferSize = LargestKeySet,
        Timeout = TimeSpan.FromSeconds(5),
    };

    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile KeySet? _known;

    public override async Task<IEnumerable<SecurityKey>> Keys(CancellationToken cancellationToken)
    {
        if (_known is { } known && !IsDue(known))
        {
            return known.Keys;
        }

        await _one.WaitAsync(cancellationToken);
        try
        {
            return _known is { } meanwhile && !IsDue(meanwhile) ? meanwhile.Keys : (_known = await Read(cancellationToken)).Keys;
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Refresh()
    {
        if (_known is { } known && time.GetUtcNow() - known.ReadAt >= ShortestInterval)
        {
            _known = known with { IsStale = true };
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _one.Dispose();
    }

    private bool IsDue(KeySet known) => known.IsStale || time.GetUtcNow() - known.ReadAt >= Lifetime;

    private async Task<KeySet> Read(CancellationToken cancellationToken)
    {
        try
        {
            var keys = new JsonWebKeySet(await _http.GetStringAsync(address, cancellationToken)).GetSigningKeys();
            return new KeySet(
                [.. keys.Where(key => key is AsymmetricSecurityKey or JsonWebKey { Kty: "RSA" or "EC" })],
                time.GetUtcNow(),
                false
            );
        }
        catch (Exception failure)
            when (failure is HttpRequestException or ArgumentException or TaskCanceledException { InnerException: TimeoutException })
        {
            return _known is { } old
                ? old with
                {
                    ReadAt = time.GetUtcNow(),
                    IsStale = false,
                }
                : throw new HttpRequestException($"The keys of {Name} are unavailable.", failure);
        }
    }

    private sealed record KeySet(IReadOnlyList<SecurityKey> Keys, DateTimeOffset ReadAt, bool IsStale);
}
