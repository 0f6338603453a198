using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Marketplace.Silo;

/// <summary>This process as a member of the cluster; section <c>Marketplace:Silo</c>.</summary>
public sealed class SiloOptions
{
    public const string Section = "Marketplace:Silo";

    /// <summary>
    /// Silo-to-silo port. Default: 0, which selects a free one on SQLite and 11111 on PostgreSQL; keep it across restarts there.
    /// </summary>
    [Range(0, 65_535)]
    public int Port { get; set; }

    /// <summary>Port for Orleans clients, such as operators' tools. Default: 0, which opens none.</summary>
    [Range(0, 65_535)]
    public int GatewayPort { get; set; }

    /// <summary>The address at which other silos reach this one. Default: <c>127.0.0.1</c>.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Identifies the data; must never change. One per region. Default: <c>marketplace</c>.</summary>
    [Required]
    public string ServiceId { get; set; } = "marketplace";

    /// <summary>Identifies the deployment. Default: <c>marketplace</c>.</summary>
    [Required]
    public string ClusterId { get; set; } = "marketplace";
}

[OptionsValidator]
internal sealed partial class SiloOptionsValidator : IValidateOptions<SiloOptions>;
