using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.PluginApi.Live;

/// <summary>Limits of live connections; section <c>Marketplace:Live</c>.</summary>
public sealed class LiveOptions
{
    public const string Section = "Marketplace:Live";

    /// <summary>Maximum connections per installation and process. Default: 3.</summary>
    [Range(1, 100)]
    public int PerInstallation { get; set; } = 3;

    /// <summary>
    /// Age in seconds at which the oldest connection of an installation at its limit is replaced by a new one; before that the new one is
    /// refused. Default: 60.
    /// </summary>
    [Range(1, 3_600)]
    public int ReplaceAfterSeconds { get; set; } = 60;

    /// <summary>Seconds after which a connection is ended if its client does not read. Default: 20.</summary>
    [Range(1, 300)]
    public int WriteTimeoutSeconds { get; set; } = 20;

    /// <summary>Maximum connections per process. When it is full, the plugin with the most connections yields. Default: 1,000.</summary>
    [Range(1, 100_000)]
    public int PerProcess { get; set; } = 1_000;

    /// <summary>Seconds without an event after which a comment is sent. Default: 15.</summary>
    [Range(1, 25)]
    public int HeartbeatSeconds { get; set; } = 15;
}

[OptionsValidator]
internal sealed partial class LiveOptionsValidator : IValidateOptions<LiveOptions>;
