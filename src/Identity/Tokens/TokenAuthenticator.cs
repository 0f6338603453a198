using System.Buffers;
using System.Data.Common;
using BitFaster.Caching.Lru;
using Marketplace.Installations;
using Marketplace.Quotas;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using OpenIddict.Validation;

namespace Marketplace.Identity.Tokens;

/// <summary>
/// Authenticates requests. A token is verified in full once per process (signature, type, issuer, audience, lifetime, its row) and then
/// recognized by its digest until it expires, because a full check costs fifty times as much. Permissions are not decided here. Revocation:
/// a plugin's token is stopped by its installation, which every call consults (<see cref="ITokenRevocations"/>); for the few tokens of
/// other roles the row is read again every <see cref="IdentityOptions.RevocationCheckInterval"/>.
/// </summary>
public sealed class TokenAuthenticator
{
    private const string Scheme = "Bearer";

    /// <summary>How long a cached token is trusted while its row is unreadable; a revocation meanwhile has no effect.</summary>
    private static readonly TimeSpan OutageLimit = TimeSpan.FromMinutes(5);

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    );

    private readonly OpenIddictValidationService _validation;
    private readonly IdentityOptions _options;
    private readonly TimeProvider _time;
    private readonly FastConcurrentLru<TokenDigest, Known> _known;
    private readonly FastConcurrentLru<TokenDigest, Refused> _refused;

    public TokenAuthenticator(
        OpenIddictValidationService validation,
        IOptions<IdentityOptions> options,
        [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        _validation = validation;
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

        if (token.Span.ContainsAnyExcept(TokenCharacters) || token.Span.Count('.') != 2)
        {
            return new(TokenResult.Of(TokenFailure.Malformed));
        }

        return Verify(token.ToString(), digest, now, cancellationToken);
    }

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
            var caller = new CallerIdentity(await _validation.ValidateAccessTokenAsync(token, cancellationToken));
            if (
                !ClientRoles.IsKnown(caller.Role)
                || caller.Role == ClientRoles.Plugin != caller.Installation.HasValue
                || (caller.Role == ClientRoles.PluginClient && caller.Plugin is null)
                || caller.Role == ClientRoles.SellerUser != (caller is { User: not null, UserRole: not null, Seller: not null })
            )
            {
                return Refuse(digest, TokenFailure.Invalid, now);
            }

            // OpenIddict accepts the token at the exact instant of its expiry.
            if (now >= caller.ExpiresAt)
            {
                return Refuse(digest, TokenFailure.Expired, now, caller.Installation, caller.TokenId);
            }

            _known.AddOrUpdate(digest, new Known(caller, now));
            return TokenResult.Of(caller);
        }
        catch (OpenIddictExceptions.ProtocolException refusal)
        {
            return Refuse(digest, token, refusal, now);
        }
        catch (Exception failure)
            when (failure is DbException or TimeoutException || failure.InnerException is DbException or TimeoutException)
        {
            return TokenResult.Of(TokenFailure.Unavailable);
        }
    }

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

    /// <summary>
    /// "No longer valid" (ID2019) is reported for tokens with a valid signature, so that the claims can be trusted: past its expiry the
    /// token is expired; before, only its row can be the reason.
    /// </summary>
    private TokenResult Refuse(TokenDigest digest, string token, OpenIddictExceptions.ProtocolException refusal, DateTimeOffset now)
    {
        if (refusal.ErrorUri?.EndsWith("ID2019", StringComparison.Ordinal) != true)
        {
            return Refuse(digest, TokenFailure.Invalid, now);
        }

        var claims = new JsonWebToken(token);
        InstallationId? installation =
            claims.TryGetPayloadValue<string>(IdentityClaims.Installation, out var text) && InstallationId.TryParse(text, null, out var id)
                ? id
                : null;
        var name =
            claims.TryGetPayloadValue<string>(OpenIddictConstants.Claims.Private.TokenId, out var row)
            || claims.TryGetPayloadValue(OpenIddictConstants.Claims.JwtId, out row)
                ? TokenIds.Of(
                    claims.TryGetPayloadValue<string>(OpenIddictConstants.Claims.Private.AuthorizationId, out var family) ? family : null,
                    row!
                )
                : null;
        return Refuse(digest, claims.ValidTo <= now.UtcDateTime ? TokenFailure.Expired : TokenFailure.Revoked, now, installation, name);
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
