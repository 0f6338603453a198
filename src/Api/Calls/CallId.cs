using System.Diagnostics;
using System.Globalization;

namespace Marketplace.Api.Calls;

/// <summary>
/// The id of a request: serves as call id, trace id and error-log id, 32 hexadecimal digits. Equals the trace id of the request's activity
/// if there is one; the activity never continues a caller's trace (<see cref="OwnTrace"/>), so that no two calls share an id.
/// </summary>
public static class CallIds
{
    /// <summary>Assigns the request's id; first step of the pipeline.</summary>
    public static void AssignCallId(this HttpContext context) =>
        context.TraceIdentifier = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();

    /// <summary>Assigns another id when the answer continues with another call.</summary>
    public static void RenewCallId(this HttpContext context) => context.TraceIdentifier = ActivityTraceId.CreateRandom().ToHexString();

    public static string CallId(this HttpContext context) => context.TraceIdentifier;

    public static UInt128 Parse(string callId) => UInt128.Parse(callId, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static bool TryParse(string? callId, out UInt128 id)
    {
        id = default;
        return callId is { Length: 32 } && UInt128.TryParse(callId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id);
    }

    public static string Text(UInt128 callId) => callId.ToString("x32", CultureInfo.InvariantCulture);
}

/// <summary>
/// Starts our own trace for every request: a caller could send the same <c>traceparent</c> with all its calls, but call ids must be unique.
/// </summary>
public sealed class OwnTrace : DistributedContextPropagator
{
    private readonly DistributedContextPropagator _outgoing = CreateDefaultPropagator();

    public override IReadOnlyCollection<string> Fields => _outgoing.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
        _outgoing.Inject(activity, carrier, setter);

    public override void ExtractTraceIdAndState(
        object? carrier,
        PropagatorGetterCallback? getter,
        out string? traceId,
        out string? traceState
    ) => (traceId, traceState) = (null, null);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
