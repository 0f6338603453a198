using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Sync.Webhooks;

/// <summary>How events are posted to plugins' endpoints; section <c>Marketplace:Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    public const string Section = "Marketplace:Webhooks";

    /// <summary>
    /// Takes endpoints on this machine (loopback), over plain HTTP too. Default: false; demo mode sets it. In production it would let plugins reach the
    /// host's own ports.
    /// </summary>
    public bool AllowLoopback { get; set; }

    /// <summary>Requests under way to one endpoint (scheme, host, port) from one process; 1–1,000. Default: 64. One that hangs can hold no more than these.</summary>
    [Range(1, 1_000)]
    public int ConnectionsPerEndpoint { get; set; } = 64;

    /// <summary>Further requests to one endpoint that wait for those, within their own time-outs; 0–100,000. Default: 1,000.</summary>
    [Range(0, 100_000)]
    public int QueuePerEndpoint { get; set; } = 1_000;

    /// <summary>After this long a connection is made anew, so that a changed address is noticed. Default: 5 min; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A connection that was idle for so long is not used again. Default: 4 s, a little less than common servers keep one: a request on a connection
    /// that the receiver just closes is an attempt lost. 0.1 s to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How the sender names itself.</summary>
    [Required, RegularExpression(@"[!#$%&'*+.^_`|~0-9A-Za-z-]+(/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?")]
    public string UserAgent { get; set; } = "Marketplace-Webhooks/1.0";
}

[OptionsValidator]
internal sealed partial class WebhookOptionsValidator : IValidateOptions<WebhookOptions>;
