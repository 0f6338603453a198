using Marketplace.Journal;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Identity.Tokens;

/// <summary>Ends the access tokens that plugins obtained with their own credentials.</summary>
internal sealed class PluginTokenRows(
    IOpenIddictTokenManager tokens,
    ITokenRevocations revocations,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
)
{
    private const int AtOnce = 16;

    /// <summary>
    /// Informs the installations that their tokens are void, durably: the next call with any of them is refused, in every process. Call it
    /// before the rows are marked; if an installation cannot be informed, the caller must repeat.
    /// </summary>
    /// <param name="application">The client's row.</param>
    /// <param name="actor">The actor.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task EndAll(string application, ActorId actor, CancellationToken cancellationToken)
    {
        List<(string Installation, string Token, DateTimeOffset End)> open = [];
        await foreach (var row in tokens.FindByApplicationIdAsync(application, cancellationToken))
        {
            if (
                await tokens.HasTypeAsync(row, TokenTypeIdentifiers.AccessToken, cancellationToken)
                && await tokens.HasStatusAsync(row, Statuses.Valid, cancellationToken)
                && await tokens.GetExpirationDateAsync(row, cancellationToken) is { } end
                && end > time.GetUtcNow()
                && (await tokens.GetPropertiesAsync(row, cancellationToken)).TryGetValue(IdentityClaims.Installation, out var installation)
            )
            {
                open.Add((installation.GetString()!, (await tokens.GetIdAsync(row, cancellationToken))!, end));
            }
        }

        await Parallel.ForEachAsync(
            open,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (token, ending) => await revocations.Revoked(token.Installation, token.Token, token.End, actor, ending)
        );
    }
}
