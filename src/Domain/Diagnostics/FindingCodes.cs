namespace Marketplace.Diagnostics;

/// <summary>Causes without a refusal code of their own; other causes use the code of the refusal they lead to.</summary>
public static class FindingCodes
{
    public const string StorageUnavailable = "storage-unavailable";
    public const string IncidentOpen = "incident-open";
    public const string TokenExpired = "token-expired";
    public const string TokenNeverUsed = "token-never-used";
    public const string NoCalls = "no-calls";
    public const string QuotaNearLimit = "quota-near-limit";
    public const string QuotaForecast = "quota-forecast";
    public const string SpendNearCap = "spend-near-cap";
    public const string WindowHidesOrders = "sync-window-hides-orders";
    public const string SchemaBehind = "schema-behind";
    public const string SchemaRetired = "schema-retired";
    public const string FeedSilent = "feed-silent";
    public const string FeedLags = "feed-lags";
    public const string FeedAwaitsOrders = "feed-awaits-orders";
    public const string EndpointParked = "endpoint-parked";
    public const string EndpointFailing = "endpoint-failing";
    public const string EventsWaiting = "events-waiting";
    public const string DeadLetters = "dead-letters";
    public const string DeliveriesLag = "deliveries-lag";
    public const string AccuracyLow = "accuracy-below-target";
    public const string FreshnessLow = "freshness-above-target";
    public const string UpstreamFailing = "upstream-failed";
    public const string RequestsRefused = "requests-refused";
    public const string PlatformFailing = "internal-error";
}
