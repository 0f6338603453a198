using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Marketplace.Webhooks.SellerCenter;

/// <summary>Webhook for notifications to Seller Center; section <c>Marketplace:SellerCenter</c>.</summary>
public sealed class SellerCenterOptions
{
    public const string Section = "Marketplace:SellerCenter";

    /// <summary>Where notifications are posted; HTTPS, or HTTP to loopback. Default: none, which sends nothing.</summary>
    public Uri? WebhookUri { get; set; }

    /// <summary>The shared secret: <c>whsec_</c> and 24 to 64 bytes as base64. Required with an address.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>Attempts before a message becomes a dead letter. Default: 8.</summary>
    [Range(1, 50)]
    public int WebhookAttempts { get; set; } = 8;

    /// <summary>Pause after the first failed attempt; each further one is four times longer. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan WebhookFirstPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause. Default: 6 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "7.00:00:00")]
    public TimeSpan WebhookLongestPause { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Timeout of one attempt. Default: 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:05")]
    public TimeSpan WebhookTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often each process checks for due webhooks. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan WebhookPeriod { get; set; } = TimeSpan.FromSeconds(1);
}

[OptionsValidator]
internal sealed partial class SellerCenterOptionsAnnotations : IValidateOptions<SellerCenterOptions>;

internal sealed class SellerCenterOptionsRules : IValidateOptions<SellerCenterOptions>
{
    public ValidateOptionsResult Validate(string? name, SellerCenterOptions options)
    {
        if (options.WebhookUri is not { } uri)
        {
            return ValidateOptionsResult.Success;
        }

        var secure = uri.IsAbsoluteUri && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
        return !secure
                ? ValidateOptionsResult.Fail($"{SellerCenterOptions.Section}:WebhookUri must be an HTTPS address, or HTTP to loopback.")
            : WebhookSignature.KeyOf(options.WebhookSecret) is null
                ? ValidateOptionsResult.Fail($"{SellerCenterOptions.Section}:WebhookSecret must be whsec_ and 24 to 64 bytes as base64.")
            : ValidateOptionsResult.Success;
    }
}
