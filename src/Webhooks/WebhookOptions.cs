using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Marketplace.Webhooks;

/// <summary>How events are posted to plugins' endpoints; section <c>Marketplace:Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    public const string Section = "Marketplace:Webhooks";

    private static readonly int[] StandardPorts = [443, 8443];

    /// <summary>
    /// Takes endpoints on this machine (loopback), over plain HTTP too. Default: false; demo mode sets it. In production it would let
    /// plugins reach the host's own ports.
    /// </summary>
    public bool AllowLoopback { get; set; }

    /// <summary>
    /// Ports that an endpoint may have, each 1–65,535. Default: 443 and 8443. Others are mostly services that no webhook is meant for. An
    /// endpoint on this machine, where those are taken, may have any.
    /// </summary>
    public IList<int> Ports { get; } = [];

    /// <summary>The ports in force.</summary>
    public IReadOnlyList<int> AllowedPorts => Ports.Count == 0 ? StandardPorts : [.. Ports];

    /// <summary>
    /// Requests under way to one host and port from one process; 1–10,000. Default: 512. Half of them go to whoever asks, then every
    /// installation gets one, at last every plugin that has none; one plugin has at most three quarters. What finds no place waits for its
    /// turn.
    /// </summary>
    [Range(1, 10_000)]
    public int ConnectionsPerEndpoint { get; set; } = 512;

    /// <summary>Requests of one installation that may be under way from one process, pings included; 1–1,000. Default: 16.</summary>
    [Range(1, 1_000)]
    public int ConnectionsPerInstallation { get; set; } = 16;

    /// <summary>After this long a connection is made anew, so that a changed address is noticed. Default: 5 min; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A connection that was idle for so long is not used again. Default: 4 s, a little less than common servers keep one: a request on a
    /// connection that the receiver just closes is an attempt lost. 0.1 s to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How the sender names itself.</summary>
    [Required, RegularExpression(@"[!#$%&'*+.^_`|~0-9A-Za-z-]+(/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?")]
    public string UserAgent { get; set; } = "Marketplace-Webhooks/1.0";
}

[OptionsValidator]
internal sealed partial class WebhookOptionsValidator : IValidateOptions<WebhookOptions>;

/// <summary>Ports are ports.</summary>
internal sealed class WebhookOptionsRules : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options) =>
        options.Ports.All(port => port is >= 1 and <= 65_535)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{WebhookOptions.Section}:Ports: a port is 1 to 65535.");
}
