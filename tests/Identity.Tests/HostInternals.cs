using Marketplace.Identity.Signing;
using Marketplace.Identity.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Tests;

/// <summary>What tests reach behind the HTTP surface for.</summary>
internal static class HostInternals
{
    public static SigningCredentials OwnSigningCredentials(this IdentityHost host) =>
        host.Services.GetRequiredService<SigningKeyRing>().Keys[0].Credentials;

    public static Task Maintain(this IdentityHost host) =>
        host.Services.GetRequiredService<IdentityMaintenance>().Run(TestContext.Current.CancellationToken);

    public static async Task<long> CountTokens(this IdentityHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>().CountAsync(TestContext.Current.CancellationToken);
    }
}
