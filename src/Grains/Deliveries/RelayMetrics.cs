using System.Diagnostics.Metrics;

namespace Marketplace.Grains.Deliveries;

/// <summary>Figures of the way from the feed to the deliveries.</summary>
internal sealed class RelayMetrics
{
    private const string MeterName = "Marketplace";

    private readonly Counter<long> _woken;
    private readonly Counter<long> _lost;

    public RelayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _woken = meter.CreateCounter<long>(
            "marketplace.sync.wakes",
            "{wake}",
            "Deliveries that were told that their seller's feed has grown."
        );
        _lost = meter.CreateCounter<long>("marketplace.sync.wakes_lost", "{wake}", "News of feeds that became dead letters.");
    }

    public void Woken(int deliveries) => _woken.Add(deliveries);

    public void Lost() => _lost.Add(1);
}
