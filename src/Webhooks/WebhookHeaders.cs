namespace Marketplace.Webhooks;

/// <summary>The header fields of a webhook: the first three are defined by Standard Webhooks, the others by us.</summary>
public static class WebhookHeaders
{
    public const string Id = "webhook-id";
    public const string Timestamp = "webhook-timestamp";
    public const string Signature = "webhook-signature";
    public const string Key = "marketplace-key";
    public const string Installation = "marketplace-installation";
    public const string Attempt = "marketplace-attempt";
    public const string Replay = "marketplace-replay";

    /// <summary>The header <c>content-type</c> for a body's media type.</summary>
    public static string ContentType(string mediaType) => mediaType + "; charset=utf-8";
}
