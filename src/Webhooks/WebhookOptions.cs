using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Marketplace.Webhooks;

/// <summary>Push of events to plugins' endpoints; section <c>Marketplace:Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    public const string Section = "Marketplace:Webhooks";

    private static readonly int[] StandardPorts = [443, 8443];

    /// <summary>
    /// Accepts endpoints on this machine (loopback), over plain HTTP too. Default: false; demo mode sets it. In production it would let
    /// plugins reach the host's own ports.
    /// </summary>
    public bool AllowLoopback { get; set; }

    /// <summary>
    /// Permitted ports of endpoints, each 1–65,535. Default: 443 and 8443. Other ports mostly belong to services that are not webhooks. An
    /// endpoint on this machine, where permitted, may use any port.
    /// </summary>
    public IList<int> Ports { get; } = [];

    /// <summary>The effective ports.</summary>
    public IReadOnlyList<int> AllowedPorts => Ports.Count == 0 ? StandardPorts : [.. Ports];

    /// <summary>
    /// Concurrent requests to one host and port per process; 1–10,000. Default: 512. Half of them are first come, first served, then every
    /// installation gets one, finally every plugin without any; one plugin has at most three quarters. Requests without a slot wait.
    /// </summary>
    [Range(1, 10_000)]
    public int ConnectionsPerEndpoint { get; set; } = 512;

    /// <summary>Concurrent requests of one installation per process, pings included; 1–1,000. Default: 16.</summary>
    [Range(1, 1_000)]
    public int ConnectionsPerInstallation { get; set; } = 16;

    /// <summary>Maximum age of a connection, so that a changed address is noticed. Default: 5 min; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Maximum idle time of a reused connection. Default: 4 s, a little less than common servers' timeout: a request on a connection that
    /// the receiver just closes is a lost attempt. 0.1 s to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>The sender's User-Agent.</summary>
    [Required, RegularExpression(@"[!#$%&'*+.^_`|~0-9A-Za-z-]+(/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?")]
    public string UserAgent { get; set; } = "Marketplace-Webhooks/1.0";
}

[OptionsValidator]
internal sealed partial class WebhookOptionsValidator : IValidateOptions<WebhookOptions>;

/// <summary>Validates the ports.</summary>
internal sealed class WebhookOptionsRules : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options) =>
        options.Ports.All(port => port is >= 1 and <= 65_535)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{WebhookOptions.Section}:Ports: a port is 1 to 65535.");
}
