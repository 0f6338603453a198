using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Marketplace.Identity.Signing;
using Marketplace.Installations;

namespace Marketplace.Webhooks;

/// <summary>Signs a message, for sending and for dry runs.</summary>
public sealed class WebhookSigner(WebhookSecrets secrets, IMarketplaceSigner marketplace)
{
    /// <summary>One v1 signature per secret in force, then one v1a of the marketplace.</summary>
    /// <param name="id">The message's id.</param>
    /// <param name="body">The body sent.</param>
    /// <param name="sealedSecrets">The endpoint's secrets, sealed.</param>
    /// <param name="now">The instant to sign.</param>
    /// <param name="cancellationToken">Cancels waiting for the key.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A secret cannot be decrypted.</exception>
    /// <exception cref="StoreUnavailableException">The marketplace's key is unavailable now.</exception>
    public async ValueTask<SignedHeaders> Sign(
        string id,
        ReadOnlyMemory<byte> body,
        ImmutableArray<string> sealedSecrets,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var content = WebhookSignature.Content(id, now, body.Span);
        var text = new StringBuilder();
        foreach (var secret in sealedSecrets)
        {
            text.Append(WebhookSignature.V1(secrets.Open(secret), content)).Append(' ');
        }

        var signature = await marketplace.Sign(content, cancellationToken);
        text.Append(WebhookSignature.V1A(signature.Value.Span));
        return new SignedHeaders(id, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), text.ToString(), signature.KeyId);
    }
}

/// <summary>The headers that identify and authenticate a message.</summary>
/// <param name="Id"><c>webhook-id</c>.</param>
/// <param name="Timestamp"><c>webhook-timestamp</c>: Unix time in seconds.</param>
/// <param name="Signature"><c>webhook-signature</c>: signatures separated by spaces.</param>
/// <param name="Key"><c>marketplace-key</c>: the published key of the v1a signature.</param>
public sealed record SignedHeaders(string Id, string Timestamp, string Signature, string Key)
{
    /// <summary>All headers of an attempt except content type and user agent, in sending order.</summary>
    /// <param name="installation">The installation; null for a message about none.</param>
    /// <param name="attempt">From 1.</param>
    /// <param name="replay">The replay it belongs to; null for a first delivery.</param>
    public IEnumerable<KeyValuePair<string, string>> For(InstallationId? installation, int attempt, string? replay)
    {
        yield return new(WebhookHeaders.Id, Id);
        yield return new(WebhookHeaders.Timestamp, Timestamp);
        yield return new(WebhookHeaders.Signature, Signature);
        yield return new(WebhookHeaders.Key, Key);
        if (installation is { } known)
        {
            yield return new(WebhookHeaders.Installation, known.ToString());
        }

        yield return new(WebhookHeaders.Attempt, attempt.ToString(CultureInfo.InvariantCulture));
        if (replay is not null)
        {
            yield return new(WebhookHeaders.Replay, replay);
        }
    }
}
