using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Api.Http;
using Marketplace.Events;
using Marketplace.Installations;

namespace Marketplace.Api.Calls;

/// <summary>A permitted call, as passed to its handler.</summary>
/// <param name="Installation">The calling installation.</param>
/// <param name="Operation">The called operation.</param>
/// <param name="CallId">Serves as call id, trace id and error-log id.</param>
/// <param name="EventId">
/// Id of the feed event written by the call: derived from the idempotency key if there is one, so that a repeat after a crash finds its own
/// first attempt; otherwise from the call id.
/// </param>
/// <param name="SyncWindow">How far back the seller lets the plugin see orders; null for all (R59).</param>
/// <param name="Schema">The schema version of the answer (R64).</param>
/// <param name="At">When the call was reserved.</param>
/// <param name="Body">The request's body; empty for reads.</param>
/// <param name="Grains">Locates the data's grains.</param>
/// <param name="Orders">Reads single orders.</param>
public sealed record Call(
    InstallationId Installation,
    Operation Operation,
    UInt128 CallId,
    string EventId,
    TimeSpan? SyncWindow,
    string Schema,
    DateTimeOffset At,
    ReadOnlyMemory<byte> Body,
    IGrainFactory Grains,
    IOrderReader Orders
)
{
    /// <summary>True if the operation's <see cref="Operation.OptionalScope"/>, the permission to make labels, is in force.</summary>
    public bool CanMakeLabels { get; init; }
}

/// <summary>A handler's answer. It is written only after the call is settled, so handlers never touch the response themselves.</summary>
public sealed class CallAnswer
{
    private CallAnswer(int status, ReadOnlyMemory<byte> body, string contentType, Refusal? refusal) =>
        (Status, Body, ContentType, Refusal) = (status, body, contentType, refusal);

    public int Status { get; }

    public ReadOnlyMemory<byte> Body { get; }

    public string ContentType { get; }

    /// <summary>Set for a problem: the pipeline takes status and body from the problem table.</summary>
    public Refusal? Refusal { get; }

    public static CallAnswer Json<T>(int status, T value, JsonTypeInfo<T> type) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(value, type), JsonMediaTypes.Utf8, null);

    public static CallAnswer Refused(Refusal refusal) => new(0, default, string.Empty, refusal);

    public static CallAnswer Stored(int status, ReadOnlyMemory<byte> body, string contentType) => new(status, body, contentType, null);
}

/// <summary>Handles one operation's calls. Throws only for outages and bugs: the permit is then released and nothing is counted.</summary>
public delegate ValueTask<CallAnswer> CallHandler(HttpContext context, Call call);
