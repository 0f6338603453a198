using Marketplace.Identity.Clients;
using Marketplace.Identity.Signing;
using Marketplace.Identity.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Tests;

/// <summary>What tests reach behind the HTTP surface for.</summary>
internal static class HostInternals
{
    public static SigningCredentials OwnSigningCredentials(this IdentityHost host) =>
        host.Services.GetRequiredService<SigningKeyRing>().Keys[0].Credentials;

    /// <summary>
    /// A token as builds before short tokens issued them: a JWT signed with the marketplace's key, and a row without content.
    /// </summary>
    public static async Task<string> EarlierToken(this IdentityHost host, string client, params (string Name, string Value)[] claims)
    {
        var now = host.Time.GetUtcNow();
        var row = await host.AddRow(client, now);
        var content = claims.ToDictionary(claim => claim.Name, object (claim) => claim.Value, StringComparer.Ordinal);
        foreach (var (name, value) in new[] { ("sub", client), ("client_id", client), ("oi_prst", client), ("oi_tkn_id", row) })
        {
            content.TryAdd(name, value);
        }

        content["jti"] = Guid.NewGuid().ToString();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = (host.Services.GetRequiredService<IOptions<IdentityOptions>>().Value.Issuer ?? host.Address).AbsoluteUri,
                Audience = IdentityNames.Audience,
                IssuedAt = now.UtcDateTime,
                Expires = now.AddHours(1).UtcDateTime,
                Claims = content,
                SigningCredentials = host.OwnSigningCredentials(),
                TokenType = "at+jwt",
            }
        );
    }

    private static async Task<string> AddRow(this IdentityHost host, string client, DateTimeOffset now)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        var tokens = scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();
        var application = await applications.FindByClientIdAsync(client, TestContext.Current.CancellationToken);
        var row = await tokens.CreateAsync(
            new OpenIddictTokenDescriptor
            {
                ApplicationId = await applications.GetIdAsync(application!, TestContext.Current.CancellationToken),
                CreationDate = now,
                ExpirationDate = now.AddHours(1),
                Status = OpenIddictConstants.Statuses.Valid,
                Subject = client,
                Type = OpenIddictConstants.TokenTypeIdentifiers.AccessToken,
            },
            TestContext.Current.CancellationToken
        );
        return (await tokens.GetIdAsync(row, TestContext.Current.CancellationToken))!;
    }

    public static Task Maintain(this IdentityHost host) =>
        host.Services.GetRequiredService<IdentityMaintenance>().Run(TestContext.Current.CancellationToken);

    /// <summary>A round of what records changes made beside the server.</summary>
    public static Task RecordChanges(this IdentityHost host) =>
        host.Services.GetRequiredService<UnrecordedClientChanges>().Run(TestContext.Current.CancellationToken);

    public static async Task<long> CountTokens(this IdentityHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>().CountAsync(TestContext.Current.CancellationToken);
    }
}
