using System.Security.Cryptography;
using Marketplace.Developers;
using Marketplace.Identity.Store;
using Marketplace.Identity.SubjectTokens;
using Marketplace.Sellers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Identity.Demo;

/// <summary>
/// Demo mode's replacement for the issuer of sellers' users: issues tokens on request. Its key is generated at first start and stored in
/// the identity store, so that all processes of a deployment are one issuer.
/// </summary>
public sealed class DemoIssuer(
    IServiceScopeFactory scopes,
    IDataProtectionProvider protection,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
) : SubjectIssuer(IssuerName, IdentityNames.Audience, SubjectKinds.Sellers | SubjectKinds.Developers | SubjectKinds.Staff)
{
    public const string IssuerName = "urn:marketplace:demo-issuer";

    private const int LongestUser = 128;

    public static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    private readonly IDataProtector _protector = protection.CreateProtector("Marketplace.Identity.DemoIssuer");
    private readonly JsonWebTokenHandler _handler = new();
    private ECDsaSecurityKey? _key;

    public override async Task<IEnumerable<SecurityKey>> Keys(CancellationToken cancellationToken) => [await Key(cancellationToken)];

    /// <summary>True for a name of 1 to 128 characters without control characters and colons.</summary>
    public static bool IsUser(string? user) =>
        user is { Length: > 0 and <= LongestUser } && !user.Any(character => char.IsControl(character) || character == ':');

    /// <summary>A subject token for any user of any seller.</summary>
    public Task<string> Issue(SellerId seller, string user, SellerRole role, CancellationToken cancellationToken) =>
        Issue(user, role.Text(), (IdentityClaims.Seller, seller.Value), cancellationToken);

    /// <summary>A subject token for any person of any developer.</summary>
    public Task<string> Issue(DeveloperId developer, string user, DeveloperRole role, CancellationToken cancellationToken) =>
        Issue(user, role.Text(), (IdentityClaims.Developer, developer.Value), cancellationToken);

    /// <summary>A subject token for a person of the marketplace's staff.</summary>
    /// <param name="user">The person.</param>
    /// <param name="role">One of <see cref="ClientRoles.OfStaff"/>.</param>
    /// <param name="cancellationToken">Cancels waiting for the key.</param>
    public Task<string> Issue(string user, string role, CancellationToken cancellationToken) => Issue(user, role, null, cancellationToken);

    private async Task<string> Issue(string user, string role, (string Claim, string Value)? actsFor, CancellationToken cancellationToken)
    {
        var claims = new Dictionary<string, object>
        {
            ["sub"] = user,
            ["role"] = role,
            ["jti"] = Guid.NewGuid().ToString("N"),
        };
        if (actsFor is { } named)
        {
            claims[named.Claim] = named.Value;
        }

        var now = time.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = Name,
                Audience = Audience,
                IssuedAt = now,
                NotBefore = now,
                Expires = now + TokenLifetime,
                Claims = claims,
                SigningCredentials = new SigningCredentials(await Key(cancellationToken), SecurityAlgorithms.EcdsaSha256),
            }
        );
    }

    /// <summary>The public key in an issuer's published form.</summary>
    public async Task<JsonWebKey> PublicKey(CancellationToken cancellationToken)
    {
        var key = await Key(cancellationToken);
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new JsonWebKey
        {
            Kty = "EC",
            Crv = "P-256",
            Use = "sig",
            Alg = SecurityAlgorithms.EcdsaSha256,
            Kid = key.KeyId,
            X = Base64UrlEncoder.Encode(point.X),
            Y = Base64UrlEncoder.Encode(point.Y),
        };
    }

    private async ValueTask<ECDsaSecurityKey> Key(CancellationToken cancellationToken) =>
        _key ??= await Load(cancellationToken) ?? await Make(cancellationToken);

    private async Task<ECDsaSecurityKey?> Load(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var row = await scope
            .ServiceProvider.GetRequiredService<IdentityContext>()
            .IssuerKeys.AsNoTracking()
            .SingleOrDefaultAsync(key => key.Issuer == IssuerName, cancellationToken);
        if (row is null)
        {
            return null;
        }

        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(_protector.Unprotect(Convert.FromBase64String(row.ProtectedKey)), out _);
        return new ECDsaSecurityKey(key) { KeyId = row.KeyId };
    }

    private async Task<ECDsaSecurityKey> Make(CancellationToken cancellationToken)
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        context.IssuerKeys.Add(
            new IssuerKeyRow
            {
                Issuer = IssuerName,
                KeyId = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16)),
                ProtectedKey = Convert.ToBase64String(_protector.Protect(made.ExportPkcs8PrivateKey())),
            }
        );
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            // Another process was first; use its key.
        }

        return await Load(cancellationToken) ?? throw new InvalidOperationException("The demo issuer's key was not stored.");
    }
}
