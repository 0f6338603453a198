using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Api.Identity;

internal sealed class ClientRegistry(IdentityDatabase database, IServiceScopeFactory scopes) : IClientRegistry
{
    private const int SecretBytes = 32;

    public async Task<string?> EnsureClient(string id, string role, string? plugin, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id.Length, 100, nameof(id));
        if (!ClientRoles.IsClient(role) || role == ClientRoles.Plugin != plugin is not null)
        {
            throw new ArgumentException($"The role '{role}' and the plugin '{plugin}' do not fit.", nameof(role));
        }

        await database.Initialize(cancellationToken);
        var profile = new ClientProfile(role, plugin);
        if (await Exists(id, profile, cancellationToken))
        {
            return null;
        }

        var secret = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(SecretBytes));
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
            await applications.CreateAsync(Describe(id, secret, profile), cancellationToken);
            return secret;
        }
        catch (Exception failure) when (failure is DbUpdateException or OpenIddictExceptions.ValidationException)
        {
            // Another process may have made it in between; it then also has the secret.
            if (await Exists(id, profile, cancellationToken))
            {
                return null;
            }

            throw;
        }
    }

    private async Task<bool> Exists(string id, ClientProfile expected, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        var application = await applications.FindByClientIdAsync(id, cancellationToken);
        if (application is null)
        {
            return false;
        }

        var actual = await ClientProfile.Of(applications, application, cancellationToken);
        return actual == expected
            ? true
            : throw new InvalidOperationException($"The client '{id}' is there as {actual}, not as {expected}.");
    }

    private static OpenIddictApplicationDescriptor Describe(string id, string secret, ClientProfile profile)
    {
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = id,
            ClientSecret = secret,
            ClientType = ClientTypes.Confidential,
            DisplayName = id,
            Permissions =
            {
                Permissions.Endpoints.Token,
                Permissions.Endpoints.Introspection,
                Permissions.Endpoints.Revocation,
                Permissions.GrantTypes.ClientCredentials,
            },
        };
        profile.WriteTo(descriptor.Properties);
        return descriptor;
    }
}
