using System.Security.Cryptography;
using Marketplace.Identity.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Clients;

internal sealed class ClientRegistry(
    IdentityDatabase database,
    IServiceScopeFactory scopes,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
) : IClientRegistry
{
    private const int SecretBytes = 32;

    public Task<string?> EnsureClient(string id, string role, string? plugin, CancellationToken cancellationToken) =>
        Ensure(id, role, plugin, null, cancellationToken);

    public Task<string?> EnsureClient(
        string id,
        string role,
        string? plugin,
        IReadOnlyCollection<Uri> redirectUris,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(redirectUris);
        return ClientRules.RedirectProblem(role, redirectUris) is { } problem
            ? throw new ArgumentException(problem, nameof(redirectUris))
            : Ensure(id, role, plugin, redirectUris, cancellationToken);
    }

    /// <summary>A client's secret: 256 random bits, base64url.</summary>
    public static string NewSecret() => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(SecretBytes));

    private async Task<string?> Ensure(
        string id,
        string role,
        string? plugin,
        IReadOnlyCollection<Uri>? redirectUris,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id.Length, ClientRules.MaxIdLength, nameof(id));
        if (ClientRules.Problem(role, plugin, []) is { } problem)
        {
            throw new ArgumentException(problem, nameof(role));
        }

        await database.Initialize(cancellationToken);
        var profile = new ClientProfile(role, plugin);
        if (await IsThere(id, profile, redirectUris, cancellationToken))
        {
            return null;
        }

        var secret = NewSecret();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
            var history = ClientHistory.None with { CreatedAt = time.GetUtcNow() };
            var descriptor = ClientRules.Describe(id, secret, profile, history, redirectUris);
            await applications.CreateAsync(descriptor, cancellationToken);
            return secret;
        }
        catch (Exception failure) when (failure is DbUpdateException or OpenIddictExceptions.ValidationException)
        {
            // Another process may have created it in between; that process then has the secret.
            if (await IsThere(id, profile, redirectUris, cancellationToken))
            {
                return null;
            }

            throw;
        }
    }

    /// <summary>
    /// True if the client exists; it then gets its role's current permissions and the given addresses, unless it was revoked.
    /// </summary>
    private async Task<bool> IsThere(
        string id,
        ClientProfile expected,
        IReadOnlyCollection<Uri>? redirectUris,
        CancellationToken cancellationToken
    )
    {
        await using var scope = scopes.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        var application = await applications.FindByClientIdAsync(id, cancellationToken);
        if (application is null)
        {
            return false;
        }

        var actual = await ClientProfile.Of(applications, application, cancellationToken);
        if (actual != expected)
        {
            throw new InvalidOperationException($"The client '{id}' exists as {actual}, not as {expected}.");
        }

        var descriptor = new OpenIddictApplicationDescriptor();
        await applications.PopulateAsync(descriptor, application, cancellationToken);
        if (ClientHistory.Of(descriptor.Properties).RevokedAt is null && ClientRules.Complete(descriptor, expected, redirectUris))
        {
            await applications.UpdateAsync(application, descriptor, cancellationToken);
        }

        return true;
    }
}
