using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.PluginApi.Live;

/// <summary>Bounds of live connections; section <c>Marketplace:Live</c>.</summary>
public sealed class LiveOptions
{
    public const string Section = "Marketplace:Live";

    /// <summary>Connections that one installation may hold open at one process. Default: 3.</summary>
    [Range(1, 100)]
    public int PerInstallation { get; set; } = 3;

    /// <summary>
    /// After so many seconds the oldest connection of an installation that holds all its own gives way to a new one; before that the new
    /// one is refused. Default: 60.
    /// </summary>
    [Range(1, 3_600)]
    public int ReplaceAfterSeconds { get; set; } = 60;

    /// <summary>A connection whose client takes nothing of what is sent for so many seconds is ended. Default: 20.</summary>
    [Range(1, 300)]
    public int WriteTimeoutSeconds { get; set; } = 20;

    /// <summary>
    /// Connections that one process holds open. Where it is full, the plugin that holds the most gives way. Default: 1,000.
    /// </summary>
    [Range(1, 100_000)]
    public int PerProcess { get; set; } = 1_000;

    /// <summary>A comment is sent after so many seconds without an event. Default: 15.</summary>
    [Range(1, 25)]
    public int HeartbeatSeconds { get; set; } = 15;
}

[OptionsValidator]
internal sealed partial class LiveOptionsValidator : IValidateOptions<LiveOptions>;
