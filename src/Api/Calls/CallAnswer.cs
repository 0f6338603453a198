using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Api.Http;
using Marketplace.Installations;

namespace Marketplace.Api.Calls;

/// <summary>A call under a permit, as its handler sees it.</summary>
/// <param name="Installation">On whose behalf.</param>
/// <param name="Operation">What is called.</param>
/// <param name="CallId">Call id, trace id and error-log id in one.</param>
/// <param name="EventId">
/// Id for what the call writes to the feed: derived from the idempotency key where there is one, so that a repeat after a crash meets its
/// own first attempt; else from the call id.
/// </param>
/// <param name="SyncWindow">How far back the seller lets the plugin see orders; null for all (R59).</param>
/// <param name="Schema">The schema version in which the plugin is answered (R64).</param>
/// <param name="At">When the call was reserved.</param>
/// <param name="Body">The request's body; empty for reads.</param>
/// <param name="Grains">Where the call finds its data.</param>
public sealed record Call(
    InstallationId Installation,
    Operation Operation,
    UInt128 CallId,
    string EventId,
    TimeSpan? SyncWindow,
    string Schema,
    DateTimeOffset At,
    ReadOnlyMemory<byte> Body,
    IGrainFactory Grains
)
{
    /// <summary>True if the operation's <see cref="Operation.MoreScope"/> is in force.</summary>
    public bool HasMore { get; init; }
}

/// <summary>
/// What a handler answers. It is written only after the call is settled, so a handler never touches the response itself.
/// </summary>
public sealed class CallAnswer
{
    private CallAnswer(int status, ReadOnlyMemory<byte> body, string contentType, Refusal? refusal) =>
        (Status, Body, ContentType, Refusal) = (status, body, contentType, refusal);

    public int Status { get; }

    public ReadOnlyMemory<byte> Body { get; }

    public string ContentType { get; }

    /// <summary>Set if the answer is a problem: the pipeline gives it status and body from the problem table.</summary>
    public Refusal? Refusal { get; }

    public static CallAnswer Json<T>(int status, T value, JsonTypeInfo<T> type) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(value, type), JsonMediaTypes.Utf8, null);

    public static CallAnswer Refused(Refusal refusal) => new(0, default, string.Empty, refusal);

    public static CallAnswer Stored(int status, ReadOnlyMemory<byte> body, string contentType) => new(status, body, contentType, null);
}

/// <summary>Answers one operation's calls. Throws only for outages and bugs: the permit is then released and nothing is counted.</summary>
public delegate ValueTask<CallAnswer> CallHandler(HttpContext context, Call call);
