using System.Buffers;
using System.Data.Common;
using BitFaster.Caching.Lru;
using Marketplace.Installations;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Identity.Tokens;

/// <summary>
/// Authenticates requests. A token is verified in full once per process (seal, type, issuer, audience, lifetime, its row) and then
/// recognized by its digest until it expires, because a full check costs fifty times as much. Text that was not made here never reaches the
/// store. Permissions are not decided here. Revocation:
/// a plugin's token is stopped by its installation, which every call consults (<see cref="ITokenRevocations"/>); for the few tokens of
/// other roles the row is read again every <see cref="IdentityOptions.RevocationCheckInterval"/>.
/// </summary>
public sealed class TokenAuthenticator
{
    private const string Scheme = "Bearer";

    /// <summary>How long a cached token is trusted while its row is unreadable; a revocation meanwhile has no effect.</summary>
    private static readonly TimeSpan OutageLimit = TimeSpan.FromMinutes(5);

    private static readonly SearchValues<char> JwtCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    );

    private readonly TokenVerification _verification;
    private readonly AccessTokenFormat _format;
    private readonly IdentityOptions _options;
    private readonly TimeProvider _time;
    private readonly FastConcurrentLru<TokenDigest, Known> _known;
    private readonly FastConcurrentLru<TokenDigest, Refused> _refused;

    internal TokenAuthenticator(
        TokenVerification verification,
        AccessTokenFormat format,
        IOptions<IdentityOptions> options,
        TimeProvider time
    )
    {
        _verification = verification;
        _format = format;
        _options = options.Value;
        _time = time;
        _known = new FastConcurrentLru<TokenDigest, Known>(_options.TokenCacheCapacity);
        _refused = new FastConcurrentLru<TokenDigest, Refused>(_options.RefusedTokenCacheCapacity);
    }

    /// <summary>Completes synchronously and without allocating for a known token.</summary>
    /// <param name="authorization">The request's Authorization header; tokens elsewhere are ignored.</param>
    /// <param name="cancellationToken">Cancels waiting for the store.</param>
    public ValueTask<TokenResult> Authenticate(StringValues authorization, CancellationToken cancellationToken)
    {
        if (authorization.Count != 1)
        {
            return new(TokenResult.Of(authorization.Count == 0 ? TokenFailure.Missing : TokenFailure.Malformed));
        }

        return TryReadBearer(authorization.ToString(), out var token)
            ? AuthenticateToken(token, cancellationToken)
            : new(TokenResult.Of(TokenFailure.Missing));
    }

    /// <summary>Extracts the token from a header value: the scheme in any case, one or more spaces, the token (RFC 6750 §2.1).</summary>
    /// <returns>False for another scheme.</returns>
    private static bool TryReadBearer(string header, out ReadOnlyMemory<char> token)
    {
        var value = header.AsMemory().Trim();
        var isBearer =
            value.Span.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && value.Length > Scheme.Length
            && value.Span[Scheme.Length] is ' ' or '\t';
        token = isBearer ? value[Scheme.Length..].TrimStart() : default;
        return isBearer;
    }

    /// <inheritdoc cref="Authenticate(StringValues, CancellationToken)"/>
    /// <param name="token">The bare token.</param>
    /// <param name="cancellationToken">Cancels waiting for the store.</param>
    public ValueTask<TokenResult> AuthenticateToken(ReadOnlyMemory<char> token, CancellationToken cancellationToken)
    {
        if (!TokenDigest.TryCreate(token.Span, out var digest))
        {
            return new(TokenResult.Of(token.IsEmpty ? TokenFailure.Missing : TokenFailure.Malformed));
        }

        var now = _time.GetUtcNow();
        if (_known.TryGet(digest, out var known))
        {
            if (now >= known.Caller.ExpiresAt)
            {
                return new(TokenResult.Of(TokenFailure.Expired, known.Caller.Installation, known.Caller.TokenId));
            }

            return known.IsDue(now, _options.RevocationCheckInterval)
                ? VerifyAgain(known, token.ToString(), digest, now, cancellationToken)
                : new(TokenResult.Of(known.Caller));
        }

        if (_refused.TryGet(digest, out var refused) && now < refused.Until)
        {
            return new(TokenResult.Of(refused.Failure, refused.Installation, refused.TokenId));
        }

        return AccessTokenFormat.IsMeant(token.Span)
            ? VerifySealed(token, digest, now, cancellationToken)
            : VerifyJwt(token, digest, now, cancellationToken);
    }

    private ValueTask<TokenResult> VerifySealed(
        ReadOnlyMemory<char> token,
        TokenDigest digest,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (!_format.TryRead(token.Span, out var expiresAt))
        {
            return new(TokenResult.Of(TokenFailure.Invalid));
        }

        return now >= expiresAt + _options.PruneAfter
            ? new(TokenResult.Of(TokenFailure.Expired))
            : Verify(token.ToString(), digest, now, cancellationToken);
    }

    /// <summary>Tokens of builds before short tokens; their signature is checked before their row.</summary>
    private ValueTask<TokenResult> VerifyJwt(
        ReadOnlyMemory<char> token,
        TokenDigest digest,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) => !IsJwt(token.Span) ? new(TokenResult.Of(TokenFailure.Malformed)) : Verify(token.ToString(), digest, now, cancellationToken);

    /// <summary>
    /// True if neither of the first two parts is empty: OpenIddict takes any other text for a reference, and reads the store.
    /// </summary>
    private static bool IsJwt(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExcept(JwtCharacters) && text.Count('.') == 2 && text[0] != '.' && !text.Contains("..", StringComparison.Ordinal);

    /// <summary>Drops a token from the cache, for instance because it was revoked.</summary>
    public void Forget(string? token)
    {
        if (TokenDigest.TryCreate(token, out var digest))
        {
            _known.TryRemove(digest, out _);
        }
    }

    /// <summary>
    /// Reads a known token's row again. During a store outage the cached result stays in use for a while, for all callers alike.
    /// </summary>
    private async ValueTask<TokenResult> VerifyAgain(
        Known known,
        string token,
        TokenDigest digest,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var result = await Verify(token, digest, now, cancellationToken);
        return result.Failure == TokenFailure.Unavailable && now - known.VerifiedAt < OutageLimit ? TokenResult.Of(known.Caller) : result;
    }

    private async ValueTask<TokenResult> Verify(string token, TokenDigest digest, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var verified = await _verification.Verify(token, cancellationToken);
            return verified switch
            {
                { State: TokenState.Valid, Claims: { } claims } => Accept(digest, new CallerIdentity(claims), now),
                { State: TokenState.Ended, Claims: { } claims } => RefuseEnded(digest, new CallerIdentity(claims), now),
                _ => Refuse(digest, IsGone(token, verified) ? FailureOfGone(token, now) : TokenFailure.Invalid, now),
            };
        }
        catch (Exception failure)
            when (failure is DbException or TimeoutException || failure.InnerException is DbException or TimeoutException)
        {
            return TokenResult.Of(IsExpired(token, now) ? TokenFailure.Expired : TokenFailure.Unavailable);
        }
    }

    private TokenResult Accept(TokenDigest digest, CallerIdentity caller, DateTimeOffset now)
    {
        if (!IsComplete(caller))
        {
            return Refuse(digest, TokenFailure.Invalid, now);
        }

        // OpenIddict accepts the token at the exact instant of its expiry.
        if (now >= caller.ExpiresAt)
        {
            return RefuseEnded(digest, caller, now);
        }

        _known.AddOrUpdate(digest, new Known(caller, now));
        return TokenResult.Of(caller);
    }

    private static bool IsComplete(CallerIdentity caller) =>
        ClientRoles.IsKnown(caller.Role)
        && caller.Role == ClientRoles.Plugin == caller.Installation.HasValue
        && (caller.Role != ClientRoles.PluginClient || caller.Plugin is not null)
        && ClientRoles.IsPerson(caller.Role) == caller.User is not null
        && caller.Role == ClientRoles.SellerUser == (caller is { UserRole: not null, Seller: not null })
        && caller.Role == ClientRoles.DeveloperUser == (caller is { DeveloperRole: not null, Developer: not null });

    /// <summary>A token that was good once: past its expiry it is expired; before, only its row can be the reason.</summary>
    private TokenResult RefuseEnded(TokenDigest digest, CallerIdentity caller, DateTimeOffset now) =>
        Refuse(digest, now >= caller.ExpiresAt ? TokenFailure.Expired : TokenFailure.Revoked, now, caller.Installation, caller.TokenId);

    /// <summary>Text with our seal was a token once: if it says nothing now, its row was deleted.</summary>
    private bool IsGone(string token, VerifiedToken verified) => verified.Claims is null && _format.TryRead(token, out _);

    private TokenFailure FailureOfGone(string token, DateTimeOffset now) =>
        IsExpired(token, now) ? TokenFailure.Expired : TokenFailure.Revoked;

    private bool IsExpired(string token, DateTimeOffset now) => _format.TryRead(token, out var expiresAt) && now >= expiresAt;

    private TokenResult Refuse(
        TokenDigest digest,
        TokenFailure failure,
        DateTimeOffset now,
        InstallationId? installation = null,
        string? tokenId = null
    )
    {
        _known.TryRemove(digest, out _);
        _refused.AddOrUpdate(digest, new Refused(failure, now + _options.RefusedTokenLifetime, installation, tokenId));
        return TokenResult.Of(failure, installation, tokenId);
    }

    /// <summary>A verified token.</summary>
    private sealed class Known(CallerIdentity caller, DateTimeOffset checkedAt)
    {
        private readonly bool _stoppedElsewhere = caller.Role == ClientRoles.Plugin;
        private long _checkedAt = checkedAt.UtcTicks;

        public CallerIdentity Caller => caller;

        /// <summary>When its row was last read; a later read makes another <see cref="Known"/>.</summary>
        public DateTimeOffset VerifiedAt => checkedAt;

        /// <summary>True for one caller per interval: the others need not wait for the same answer.</summary>
        public bool IsDue(DateTimeOffset now, TimeSpan interval)
        {
            var last = Volatile.Read(ref _checkedAt);
            return !_stoppedElsewhere
                && now.UtcTicks - last >= interval.Ticks
                && Interlocked.CompareExchange(ref _checkedAt, now.UtcTicks, last) == last;
        }
    }

    private sealed record Refused(TokenFailure Failure, DateTimeOffset Until, InstallationId? Installation, string? TokenId);
}
