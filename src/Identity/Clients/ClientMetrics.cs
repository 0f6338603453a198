using System.Diagnostics.Metrics;

namespace Marketplace.Identity.Clients;

/// <summary>Metrics of client authentication, by endpoint and result; never by client, because callers can invent ids.</summary>
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

    /// <param name="door">The endpoint.</param>
    /// <param name="reason"><c>wrong</c>: unknown client or wrong secret; <c>slowed</c>: not checked.</param>
    public void Refused(string door, string reason) =>
        _refused.Add(1, new("door", door), new KeyValuePair<string, object?>("reason", reason));
}
