using System.Security.Cryptography;
using Marketplace.Identity.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Identity.Clients;

internal sealed class ClientRegistry(IdentityDatabase database, IServiceScopeFactory scopes) : IClientRegistry
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
        if (redirectUris.Count > 0 && role != ClientRoles.Plugin)
        {
            throw new ArgumentException(
                $"Only a plugin's client can have redirect URIs, not one of the role '{role}'.",
                nameof(redirectUris)
            );
        }

        return redirectUris.FirstOrDefault(address => !IsRedirectUri(address)) is { } wrong
            ? throw new ArgumentException(
                $"'{wrong}' is no address to come back to: https, or http on loopback, without a fragment.",
                nameof(redirectUris)
            )
            : Ensure(id, role, plugin, redirectUris, cancellationToken);
    }

    /// <summary>A client's secret: 256 random bits, base64url.</summary>
    public static string NewSecret() => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(SecretBytes));

    private static bool IsRedirectUri(Uri address) =>
        address.IsAbsoluteUri
        && address.Fragment.Length == 0
        && address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    private async Task<string?> Ensure(
        string id,
        string role,
        string? plugin,
        IReadOnlyCollection<Uri>? redirectUris,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id.Length, 100, nameof(id));
        if (!ClientRoles.IsClient(role) || role == ClientRoles.Plugin != plugin is not null)
        {
            throw new ArgumentException($"The role '{role}' and the plugin '{plugin}' do not match.", nameof(role));
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
            var descriptor = new OpenIddictApplicationDescriptor
            {
                ClientId = id,
                ClientSecret = secret,
                ClientType = ClientTypes.Confidential,
                DisplayName = id,
            };
            profile.WriteTo(descriptor.Properties);
            Complete(descriptor, profile, redirectUris);
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

    /// <summary>True if the client exists; it then gets its role's current permissions and the given addresses.</summary>
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
        if (Complete(descriptor, expected, redirectUris))
        {
            await applications.UpdateAsync(application, descriptor, cancellationToken);
        }

        return true;
    }

    /// <returns>True if something was changed.</returns>
    private static bool Complete(OpenIddictApplicationDescriptor descriptor, ClientProfile profile, IReadOnlyCollection<Uri>? redirectUris)
    {
        var before = descriptor.Permissions.Count;
        descriptor.Permissions.UnionWith(PermissionsOf(profile.Role));
        var changed = descriptor.Permissions.Count > before;
        if (redirectUris is not null && !descriptor.RedirectUris.SetEquals(redirectUris))
        {
            descriptor.RedirectUris.Clear();
            descriptor.RedirectUris.UnionWith(redirectUris);
            changed = true;
        }

        return changed;
    }

    private static string[] PermissionsOf(string role)
    {
        string[] all =
        [
            Permissions.Endpoints.Token,
            Permissions.Endpoints.Introspection,
            Permissions.Endpoints.Revocation,
            Permissions.GrantTypes.ClientCredentials,
        ];
        return role switch
        {
            ClientRoles.SellerCenter => [.. all, Permissions.GrantTypes.TokenExchange],
            ClientRoles.Plugin =>
            [
                .. all,
                Permissions.Endpoints.Authorization,
                Permissions.ResponseTypes.Code,
                Permissions.GrantTypes.AuthorizationCode,
                Permissions.GrantTypes.RefreshToken,
            ],
            _ => all,
        };
    }
}
