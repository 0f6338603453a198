using System.Security.Cryptography;
using Marketplace.Identity.Store;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using NSec.Cryptography;

namespace Marketplace.Identity.Signing;

/// <summary>
/// The marketplace's Ed25519 keys, stored in the identity store and cached in memory. A key is created at the first start; keys of other
/// processes are loaded at every maintenance run, so for that long two processes may sign with different keys. Both are published.
/// </summary>
public sealed class MarketplaceKeyRing(
    IServiceScopeFactory scopes,
    IDataProtectionProvider protection,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
) : IMarketplaceSigner
{
    private const string Purpose = "Marketplace.Identity.MarketplaceKeys.v1";

    private static readonly SignatureAlgorithm Ed25519 = SignatureAlgorithm.Ed25519;

    private readonly IDataProtector _protector = protection.CreateProtector(Purpose);
    private volatile Ring? _ring;

    public async ValueTask<MarketplaceSignature> Sign(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var ring = _ring ?? await LoadOrCreate(cancellationToken);
        return new MarketplaceSignature(ring.Keys[^1].Id, Ed25519.Sign(ring.Newest, data.Span));
    }

    public async ValueTask<IReadOnlyList<MarketplaceKey>> GetKeys(CancellationToken cancellationToken) =>
        (_ring ?? await LoadOrCreate(cancellationToken)).Keys;

    /// <summary>Loads keys created by other processes.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task Load(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        Load(await Read(scope, cancellationToken));
    }

    /// <summary>Creates the next key, which signs from now on. If another process created it meanwhile, returns that one.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task<MarketplaceKey> Rotate(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var last = (await Read(scope, cancellationToken)).LastOrDefault()?.No ?? 0;
        return (await Make(last + 1, cancellationToken)).Keys[^1];
    }

    /// <summary>A key's id: the first 16 hex digits of its public key's SHA-256.</summary>
    internal static string IdOf(ReadOnlySpan<byte> publicKey) => "mk_" + Convert.ToHexStringLower(SHA256.HashData(publicKey).AsSpan(0, 8));

    private async Task<Ring> LoadOrCreate(CancellationToken cancellationToken)
    {
        await Load(cancellationToken);
        return _ring ?? await Make(1, cancellationToken);
    }

    private async Task<Ring> Make(int no, CancellationToken cancellationToken)
    {
        using var key = Key.Create(Ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        var privateKey = key.Export(KeyBlobFormat.RawPrivateKey);
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        context.MarketplaceKeys.Add(
            new MarketplaceKeyRow
            {
                No = no,
                CreatedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
                PublicKey = Convert.ToBase64String(key.PublicKey.Export(KeyBlobFormat.RawPublicKey)),
                ProtectedKey = Convert.ToBase64String(_protector.Protect(privateKey)),
            }
        );
        CryptographicOperations.ZeroMemory(privateKey);
        DbUpdateException? lost = null;
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e)
        {
            // Another process was first, or the store is down: reading it back will tell.
            lost = e;
        }

        var rows = await Read(scope, cancellationToken);
        return rows.Count >= no ? Load(rows)! : throw new StoreUnavailableException("The marketplace's key was not stored.", lost);
    }

    private static async Task<List<MarketplaceKeyRow>> Read(AsyncServiceScope scope, CancellationToken cancellationToken)
    {
        try
        {
            return await scope
                .ServiceProvider.GetRequiredService<IdentityContext>()
                .MarketplaceKeys.AsNoTracking()
                .OrderBy(row => row.No)
                .ToListAsync(cancellationToken);
        }
        catch (Exception e)
            when (e
                    is System.Data.Common.DbException
                        or TimeoutException
                        or InvalidOperationException { InnerException: System.Data.Common.DbException }
            )
        {
            throw new StoreUnavailableException("The marketplace's keys are unavailable now.", e);
        }
    }

    /// <summary>Null, without changes, if there is no key yet.</summary>
    private Ring? Load(List<MarketplaceKeyRow> rows)
    {
        if (rows.Count == 0 || rows.Count <= _ring?.Keys.Count)
        {
            return _ring;
        }

        var privateKey = _protector.Unprotect(Convert.FromBase64String(rows[^1].ProtectedKey));
        var newest = Key.Import(Ed25519, privateKey, KeyBlobFormat.RawPrivateKey);
        CryptographicOperations.ZeroMemory(privateKey);
        return _ring = new Ring(newest, [.. rows.Select(Published)]);
    }

    private static MarketplaceKey Published(MarketplaceKeyRow row)
    {
        var bytes = Convert.FromBase64String(row.PublicKey);
        return new MarketplaceKey(IdOf(bytes), bytes, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAtMs));
    }

    // The previous newest key is not disposed: a signature may be in progress with it, and its memory is freed with its last user.
    private sealed record Ring(Key Newest, IReadOnlyList<MarketplaceKey> Keys);
}
