using System.Security.Cryptography;
using Marketplace.Identity.Store;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Identity.Signing;

/// <summary>
/// The keys of the authorization server: all stored keys verify and are published; the newest one published long enough signs. Access
/// tokens are not signed any more: the keys verify those of earlier builds, and OpenIddict does not start without one.
/// </summary>
internal sealed class SigningKeyRing(
    IServiceScopeFactory scopes,
    IDataProtectionProvider protection,
    IOptions<IdentityOptions> options,
    SigningKeySignals signals,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
)
{
    private const int KeyBits = 2048;

    private readonly IDataProtector _protector = protection.CreateProtector("Marketplace.Identity.SigningKeys");
    private volatile SigningKey[] _keys = [];

    /// <summary>The signing key first, then the others.</summary>
    public IReadOnlyList<SigningKey> Keys => _keys;

    public bool IsRotationDue() => time.GetUtcNow() - _keys.Max(key => key.CreatedAt) >= options.Value.SigningKeyLifetime;

    /// <summary>The caller must hold the store's lock.</summary>
    public async Task LoadOrCreate(CancellationToken cancellationToken)
    {
        await Load(cancellationToken);
        if (_keys.Length == 0)
        {
            await Rotate(cancellationToken);
        }
    }

    /// <summary>The caller must hold the store's lock.</summary>
    public async Task Rotate(CancellationToken cancellationToken)
    {
        using var rsa = RSA.Create(KeyBits);
        await using (var scope = scopes.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
            context.SigningKeys.Add(
                new SigningKeyRow
                {
                    KeyId = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16)),
                    CreatedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
                    ProtectedKey = Convert.ToBase64String(_protector.Protect(rsa.ExportPkcs8PrivateKey())),
                }
            );
            await context.SaveChangesAsync(cancellationToken);
        }

        await Load(cancellationToken);
    }

    /// <summary>Reloads the keys and notifies the server and the validation of changes.</summary>
    public async Task Load(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var rows = await scope
            .ServiceProvider.GetRequiredService<IdentityContext>()
            .SigningKeys.AsNoTracking()
            .ToListAsync(cancellationToken);
        var known = _keys.ToDictionary(key => key.Id, StringComparer.Ordinal);
        var next = InSigningOrder(rows.Select(row => known.GetValueOrDefault(row.KeyId) ?? Open(row))).ToArray();
        if (!next.Select(key => key.Id).SequenceEqual(_keys.Select(key => key.Id), StringComparer.Ordinal))
        {
            _keys = next;
            signals.KeysChanged();
        }
    }

    private IEnumerable<SigningKey> InSigningOrder(IEnumerable<SigningKey> keys)
    {
        var activeBefore = time.GetUtcNow() - options.Value.SigningKeyActivationDelay;
        var byAge = keys.OrderBy(key => key.CreatedAt).ThenBy(key => key.Id, StringComparer.Ordinal).ToList();

        // The very first key signs at once: there is no older one to sign meanwhile.
        var active = byAge.Where((key, index) => index == 0 || key.CreatedAt <= activeBefore).Reverse().ToList();
        return active.Concat(byAge.Except(active));
    }

    private SigningKey Open(SigningKeyRow row)
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(_protector.Unprotect(Convert.FromBase64String(row.ProtectedKey)), out _);
        var credentials = new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = row.KeyId }, SecurityAlgorithms.RsaSha256);
        return new SigningKey(row.KeyId, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAtMs), credentials);
    }
}

/// <summary>One decrypted signing key.</summary>
internal sealed record SigningKey(string Id, DateTimeOffset CreatedAt, SigningCredentials Credentials);
