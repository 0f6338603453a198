using System.Diagnostics.Metrics;
using Marketplace.Enterprises;

namespace Marketplace.Grains.Enterprises;

/// <summary>Metrics of the reviews.</summary>
internal sealed class EnterpriseMetrics
{
    /// <summary>The one meter of the marketplace.</summary>
    private const string MeterName = "Marketplace";

    private readonly Counter<long> _decided;
    private readonly Counter<long> _breaches;
    private readonly Counter<long> _views;

    public EnterpriseMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _decided = meter.CreateCounter<long>(
            "marketplace.enterprises.reviews",
            "{review}",
            "Decided reviews, by kind and by whether they were in time."
        );
        _breaches = meter.CreateCounter<long>(
            "marketplace.enterprises.breaches",
            "{review}",
            "Reviews that passed their due time, by kind."
        );
        _views = meter.CreateCounter<long>("marketplace.enterprises.document_views", "{view}", "Documents shown to reviewers.");
    }

    /// <param name="event">The appended event.</param>
    /// <param name="state">The enterprise after it.</param>
    public void Happened(EnterpriseEvent @event, Enterprise state)
    {
        switch (@event)
        {
            case EnterpriseEvent.Approved or EnterpriseEvent.Rejected or EnterpriseEvent.ShopApproved or EnterpriseEvent.ShopRejected:
                var review = state.Closed[^1];
                _decided.Add(1, new("kind", review.Kind.Text()), new KeyValuePair<string, object?>("in_time", review.InTime));
                break;
            case EnterpriseEvent.ReviewOverdue late:
                _breaches.Add(1, new KeyValuePair<string, object?>("kind", late.Kind));
                break;
            case EnterpriseEvent.DocumentViewed:
                _views.Add(1);
                break;
        }
    }
}
