namespace Marketplace.Webhooks;

/// <summary>The header fields of a webhook: the first three are the Standard Webhooks specification's, the others our own.</summary>
public static class WebhookHeaders
{
    public const string Id = "webhook-id";
    public const string Timestamp = "webhook-timestamp";
    public const string Signature = "webhook-signature";
    public const string Key = "marketplace-key";
    public const string Installation = "marketplace-installation";
    public const string Attempt = "marketplace-attempt";
    public const string Replay = "marketplace-replay";

    /// <summary>The header <c>content-type</c> of a body of this media type.</summary>
    public static string ContentType(string mediaType) => mediaType + "; charset=utf-8";
}
