using System.Security.Cryptography;
using Marketplace.Identity.Store;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Identity.Signing;

/// <summary>Secrets of the marketplace that never change: their output is compared across years.</summary>
public interface IMarketplaceSecrets
{
    /// <summary>
    /// The secret from which buyers' marks are derived, 32 bytes: the same in every process, after every restart and every rotation of
    /// other keys.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It is not in memory yet, and the store is unavailable.</exception>
    ValueTask<ReadOnlyMemory<byte>> GetBuyerMarkSecret(CancellationToken cancellationToken);
}

/// <summary>
/// Stores the secrets in the identity store, encrypted with the key ring, and caches them. They are independent of rotating keys: otherwise
/// two orders of one buyer would appear to have two buyers after a rotation.
/// </summary>
internal sealed class MarketplaceSecrets(
    IServiceScopeFactory scopes,
    IDataProtectionProvider protection,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
) : IMarketplaceSecrets
{
    private const string Purpose = "Marketplace.Identity.MarketplaceSecrets.v1";
    private const string BuyerMarks = "buyer-marks";
    private const string TokenSeal = "token-seal";
    private const int Bytes = 32;

    private readonly IDataProtector _protector = protection.CreateProtector(Purpose);
    private volatile byte[]? _buyerMarks;

    public async ValueTask<ReadOnlyMemory<byte>> GetBuyerMarkSecret(CancellationToken cancellationToken) =>
        _buyerMarks ??= await LoadOrCreate(BuyerMarks, cancellationToken);

    /// <summary>
    /// The key of the seals of access tokens. Whoever knows it can have texts looked up in the store, but not make a token.
    /// </summary>
    public Task<byte[]> GetTokenSealKey(CancellationToken cancellationToken) => LoadOrCreate(TokenSeal, cancellationToken);

    private async Task<byte[]> LoadOrCreate(string name, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        var row = await Read(context, name, cancellationToken) ?? await Make(context, name, cancellationToken);
        return _protector.Unprotect(Convert.FromBase64String(row.ProtectedSecret));
    }

    private async Task<MarketplaceSecretRow> Make(IdentityContext context, string name, CancellationToken cancellationToken)
    {
        var secret = RandomNumberGenerator.GetBytes(Bytes);
        context.MarketplaceSecrets.Add(
            new MarketplaceSecretRow
            {
                Name = name,
                CreatedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
                ProtectedSecret = Convert.ToBase64String(_protector.Protect(secret)),
            }
        );
        CryptographicOperations.ZeroMemory(secret);
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

        return await Read(context, name, cancellationToken)
            ?? throw new StoreUnavailableException("The marketplace's secret was not stored.", lost);
    }

    private static async Task<MarketplaceSecretRow?> Read(IdentityContext context, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await context.MarketplaceSecrets.AsNoTracking().SingleOrDefaultAsync(row => row.Name == name, cancellationToken);
        }
        catch (Exception e)
            when (e
                    is System.Data.Common.DbException
                        or TimeoutException
                        or InvalidOperationException { InnerException: System.Data.Common.DbException }
            )
        {
            throw new StoreUnavailableException("The marketplace's secrets are unavailable now.", e);
        }
    }
}
