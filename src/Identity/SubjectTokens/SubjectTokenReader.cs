using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Identity.SubjectTokens;

/// <summary>
/// Verifies subject tokens: a known issuer, one of its keys, an asymmetric algorithm, our audience, the type of a plain JWT, not expired,
/// a user, and whom it acts for. Trusts nothing in a token before its signature is verified, except to select the key.
/// </summary>
internal sealed class SubjectTokenReader
{
    private const int LongestToken = 8 * 1024;
    private const int LongestUser = 128;

    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256,
        SecurityAlgorithms.RsaSha384,
        SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSsaPssSha384,
        SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.EcdsaSha384,
        SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = LongestToken };
    private readonly Dictionary<string, SubjectIssuer> _issuers;
    private readonly SellerIdentityOptions _options;
    private readonly TimeProvider _time;

    public SubjectTokenReader(
        IOptions<SellerIdentityOptions> options,
        IEnumerable<SubjectIssuer> builtIn,
        [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
    )
    {
        _options = options.Value;
        _time = time;
        _issuers = _options.Issuers.Select(IssuerOf).Concat(builtIn).ToDictionary(issuer => issuer.Name, StringComparer.Ordinal);
    }

    public async Task<SubjectResult> Read(string? token, CancellationToken cancellationToken)
    {
        if (token is not { Length: > 0 and <= LongestToken } || !_handler.CanReadToken(token))
        {
            return Refused("It is not a signed JWT.");
        }

        if (SubjectTokenShape.Complaint(token) is { } complaint)
        {
            return Refused(complaint);
        }

        if (IssuerOf(token) is not { } issuer)
        {
            return Refused("Its issuer is not one of the configured ones.");
        }

        try
        {
            var result = await Verify(token, issuer, cancellationToken);
            if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
            {
                issuer.Refresh();
                result = await Verify(token, issuer, cancellationToken);
            }

            return result.IsValid ? SubjectOf((JsonWebToken)result.SecurityToken, issuer) : Refused(Reason(result.Exception));
        }
        catch (HttpRequestException)
        {
            return new SubjectResult(null, "The keys of its issuer cannot be read now.", Unavailable: true);
        }
    }

    private SubjectIssuer IssuerOf(SubjectIssuerOptions issuer) =>
        issuer.JwksUri is { } address
            ? new PublishingIssuer(issuer.Issuer, issuer.Audience, issuer.Kinds, address, _time)
            : new FixedIssuer(issuer.Issuer, issuer.Audience, issuer.Kinds, issuer.Jwks!);

    private SubjectIssuer? IssuerOf(string token)
    {
        try
        {
            return _issuers.GetValueOrDefault(_handler.ReadJsonWebToken(token).Issuer);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private async Task<TokenValidationResult> Verify(string token, SubjectIssuer issuer, CancellationToken cancellationToken) =>
        await _handler.ValidateTokenAsync(
            token,
            new TokenValidationParameters
            {
                ValidIssuer = issuer.Name,
                ValidAudience = issuer.Audience,
                ValidAlgorithms = Algorithms,
                IssuerSigningKeys = await issuer.Keys(cancellationToken),
                ValidateIssuerSigningKey = true,
                RequireSignedTokens = true,
                RequireExpirationTime = true,
                RequireAudience = true,
                TypeValidator = static (type, _, _) =>
                    string.IsNullOrEmpty(type) || type.Equals("JWT", StringComparison.OrdinalIgnoreCase)
                        ? "JWT"
                        : throw new SecurityTokenInvalidTypeException("Not a plain JWT."),
                LifetimeValidator = IsAlive,
            }
        );

    // The expiry is exact and exclusive: tokens issued from it must not outlive it.
    private bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return expires is { } end
            && now < end
            && (notBefore is not { } start || start <= now + _options.ClockSkew)
            && (token is not JsonWebToken { IssuedAt: var issued } || issued <= now + _options.ClockSkew);
    }

    private static SubjectResult SubjectOf(JsonWebToken token, SubjectIssuer issuer)
    {
        if (
            SubjectClaims.Text(token, "sub") is not { Length: > 0 and <= LongestUser } user
            || user.Any(character => character is < ' ' or '\u007f' or ':')
        )
        {
            return Refused($"Its sub must name a user: 1–{LongestUser} printable characters other than a colon.");
        }

        var (authority, complaint) = SubjectClaims.Read(token, issuer.Kinds);
        return authority is null
            ? new SubjectResult(null, complaint)
            : new SubjectResult(new Subject(user, authority, new DateTimeOffset(token.ValidTo, TimeSpan.Zero), KeyOf(token)), null);
    }

    // Without an id, use the signed input as the token's identity: a signature can have several encodings, its input has one.
    private static string KeyOf(JsonWebToken token) =>
        Convert.ToHexString(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    token.Id is { Length: > 0 } id
                        ? $"{token.Issuer}\njti\n{id}"
                        : $"{token.Issuer}\nsigned\n{token.EncodedHeader}.{token.EncodedPayload}"
                )
            )
        );

    private static SubjectResult Refused(string complaint) => new(null, complaint);

    private static string Reason(Exception? failure) =>
        failure switch
        {
            SecurityTokenInvalidAudienceException => "Its audience is another.",
            SecurityTokenInvalidLifetimeException or SecurityTokenNoExpirationException or SecurityTokenExpiredException =>
                "It has expired, is not valid yet, or has no end.",
            SecurityTokenInvalidTypeException => "Its type is another.",
            SecurityTokenInvalidAlgorithmException => "Its algorithm is not allowed.",
            _ => "Its signature is not one of its issuer's.",
        };
}
