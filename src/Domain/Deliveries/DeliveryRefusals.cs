namespace Marketplace.Deliveries;

/// <summary>The refusals around deliveries.</summary>
public static class DeliveryRefusals
{
    public const string EndpointMissing = "endpoint-missing";
    public const string EndpointForbidden = "endpoint-forbidden";
    public const string EndpointInvalid = "endpoint-invalid";
    public const string EndpointPushes = "endpoint-pushes";
    public const string ReplaysBusy = "replays-busy";
    public const string SenderBusy = "sender-busy";
    public const string SecretsBusy = "secrets-busy";
    public const string PositionInvalid = "position-invalid";
    public const string LiveReplaced = "live-replaced";
    public const string DeliveryStopped = "delivery-stopped";
    public const string LiveLimit = "live-limit";

    private const string Plugin = "plugin";

    public static Refusal NoEndpoint() =>
        new(
            EndpointMissing,
            "The installation has no endpoint: its plugin pulls.",
            Plugin,
            "PUT /open/v1/webhook, or read again from a cursor: GET /open/v1/events?cursor=…."
        );

    public static Refusal NoOwnEndpoint() =>
        new(
            EndpointMissing,
            "The installation has no endpoint of its own: its events go to the plugin's.",
            Plugin,
            "Rotate the plugin's secret: POST /open/v1/plugin-webhook/secret."
        );

    public static Refusal NoSharedEndpoint() =>
        new(EndpointMissing, "The plugin has no endpoint for all its installations.", Plugin, "PUT /open/v1/plugin-webhook.");

    /// <summary>An endpoint that this marketplace must not connect to (SSRF).</summary>
    public static Refusal Forbidden(string reason) =>
        new(EndpointForbidden, reason, Plugin, "Name a public HTTPS address without credentials, on a port that is allowed.");

    public static Refusal Invalid(string member, string expected) =>
        new(EndpointInvalid, $"'{member}' must be {expected}.", Plugin, "Correct the request.")
        {
            Evidence = new Dictionary<string, string> { ["member"] = member },
        };

    public static Refusal Pushes() =>
        new(
            EndpointPushes,
            "The installation's events are pushed to its endpoint, whose answers confirm them.",
            Plugin,
            "Read with a cursor of your own, or remove the endpoint (the installation's, and the plugin's) to confirm yourself."
        );

    public static Refusal TooManyReplays(int limit) =>
        new(ReplaysBusy, $"{limit} replays are under way already.", "time", "Wait until one of them is through.")
        {
            Limit = limit,
            Used = limit,
        };

    /// <summary>All connections to the endpoint's host are in use.</summary>
    public static Refusal Busy() =>
        new(
            SenderBusy,
            "So many requests to the endpoint's host are under way that this one found no place.",
            "time",
            "Try again in a few seconds."
        );

    public static Refusal TooManySecrets(int limit) =>
        new(
            SecretsBusy,
            $"{limit} secrets sign already, each until its 'retires_at'.",
            "time",
            "Wait until one of them has retired, or rotate with overlap_hours 0."
        )
        {
            Limit = limit,
            Used = limit,
        };

    /// <summary>A position that is not in the feed, or at which the installation is owed nothing.</summary>
    /// <param name="reason">The reason, as a sentence.</param>
    /// <param name="head">The feed's last position, if useful; null otherwise.</param>
    public static Refusal Position(string reason, long? head = null) =>
        new(PositionInvalid, reason, Plugin, "Take a cursor from GET /open/v1/events.")
        {
            Evidence = head is { } end
                ? new Dictionary<string, string> { ["head"] = end.ToString(System.Globalization.CultureInfo.InvariantCulture) }
                : new Dictionary<string, string>(),
        };

    /// <summary>The installation holds the maximum number of live connections.</summary>
    public static Refusal TooManyLive(int limit, DateTimeOffset replaceable) =>
        new(
            LiveLimit,
            $"The installation holds {limit} live connections already.",
            Plugin,
            "Close one of them, or read with a cursor: GET /open/v1/events."
        )
        {
            Limit = limit,
            Used = limit,
            RetryAt = replaceable,
        };

    /// <summary>The last event of a live connection that was replaced by another.</summary>
    public static Refusal Replaced() =>
        new(
            LiveReplaced,
            "Another live connection has taken the place of this one.",
            Plugin,
            "Go on with the newer connection, or connect again with the id of the last event."
        );

    /// <summary>Nothing is delivered because the installation is not running; the cause is the installation's.</summary>
    public static Refusal Stopped(Refusal cause) =>
        new(DeliveryStopped, $"Nothing is delivered: {cause.Reason}", cause.FixBy, cause.Fix)
        {
            Evidence = new Dictionary<string, string> { ["cause"] = cause.Code },
        };
}
