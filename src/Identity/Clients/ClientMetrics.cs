using System.Diagnostics.Metrics;

namespace Marketplace.Identity.Clients;

/// <summary>How clients prove who they are, by door and result; never by client, whose id anybody can make up.</summary>
internal sealed class ClientMetrics
{
    private const string MeterName = "Marketplace";

    private readonly Counter<long> _refused;

    public ClientMetrics(IMeterFactory meters) =>
        _refused = meters
            .Create(MeterName)
            .CreateCounter<long>(
                "marketplace.client.authentications.refused",
                "{authentication}",
                "Client authentications that were refused, by door and reason."
            );

    /// <param name="door">Where it came in.</param>
    /// <param name="reason"><c>wrong</c>: unknown client or wrong secret; <c>slowed</c>: not looked at.</param>
    public void Refused(string door, string reason) =>
        _refused.Add(1, new("door", door), new KeyValuePair<string, object?>("reason", reason));
}
