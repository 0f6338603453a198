namespace Marketplace.Sync.Delivery;

/// <summary>The refusals around deliveries.</summary>
public static class DeliveryRefusals
{
    public const string EndpointMissing = "endpoint-missing";
    public const string EndpointForbidden = "endpoint-forbidden";
    public const string EndpointInvalid = "endpoint-invalid";
    public const string EndpointPushes = "endpoint-pushes";
    public const string ReplaysBusy = "replays-busy";
    public const string PositionInvalid = "position-invalid";
    public const string DeliveryStopped = "delivery-stopped";
    public const string LiveLimit = "live-limit";

    private const string Plugin = "plugin";

    public static Refusal NoEndpoint() => new(
        EndpointMissing, "The installation has no endpoint: its plugin pulls.", Plugin, "PUT /open/v1/webhook, or read again from a cursor: GET /open/v1/events?cursor=….");

    /// <summary>An endpoint that this marketplace must not connect to (SSRF).</summary>
    public static Refusal Forbidden(string reason) => new(EndpointForbidden, reason, Plugin, "Name a public HTTPS address without credentials.");

    public static Refusal Invalid(string member, string expected) => new(
        EndpointInvalid, $"'{member}' must be {expected}.", Plugin, "Correct the request.")
    {
        Evidence = new Dictionary<string, string> { ["member"] = member },
    };

    public static Refusal Pushes() => new(
        EndpointPushes, "The installation's events are pushed to its endpoint, whose answers confirm them.", Plugin, "Read with a cursor of your own, or DELETE /open/v1/webhook to confirm yourself.");

    public static Refusal TooManyReplays(int limit) => new(
        ReplaysBusy, $"{limit} replays are under way already.", "time", "Wait until one of them is through.")
    { Limit = limit, Used = limit };

    public static Refusal Position(string reason) => new(PositionInvalid, reason, Plugin, "Take a cursor from GET /open/v1/events.");

    /// <summary>One installation holds as many live connections as it may.</summary>
    public static Refusal TooManyLive(int limit) => new(
        LiveLimit, $"The installation holds {limit} live connections already.", Plugin, "Close one of them, or read with a cursor: GET /open/v1/events.")
    {
        Limit = limit,
        Used = limit,
    };

    /// <summary>Nothing is delivered because the installation does not run; the cause is the installation's.</summary>
    public static Refusal Stopped(Refusal cause) => new(DeliveryStopped, $"Nothing is delivered: {cause.Reason}", cause.FixBy, cause.Fix)
    {
        Evidence = new Dictionary<string, string> { ["cause"] = cause.Code },
    };
}
