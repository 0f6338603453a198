using System.Diagnostics.Metrics;

namespace Marketplace.Grains.Deliveries;

/// <summary>Metrics of the relay from the feed to the deliveries.</summary>
internal sealed class RelayMetrics
{
    private const string MeterName = "Marketplace";

    private readonly Counter<long> _woken;
    private readonly Counter<long> _lost;

    public RelayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _woken = meter.CreateCounter<long>("marketplace.sync.wakes", "{wake}", "Deliveries woken because their seller's feed has grown.");
        _lost = meter.CreateCounter<long>("marketplace.sync.wakes_lost", "{wake}", "Wake-ups that became dead letters.");
    }

    public void Woken(int deliveries) => _woken.Add(deliveries);

    public void Lost() => _lost.Add(1);
}
