using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Installations;

namespace Marketplace.Grains.Ports;

/// <summary>Posts events to plugins' endpoints. Provided by the host.</summary>
public interface IEventSender
{
    /// <summary>
    /// Waits for a connection slot of the endpoint's host and returns it: concurrent requests per host are limited and shared fairly. The
    /// wait is not charged to the receiver. Dispose the slot after the request; throws only on cancellation.
    /// </summary>
    ValueTask<IDisposable> Enter(SendTurn turn, CancellationToken cancellationToken);

    /// <summary>Makes one attempt. Whatever the receiver does is a result; throws only on cancellation.</summary>
    Task<SendResult> Send(EventMessage message, CancellationToken cancellationToken);
}

/// <summary>Identifies the owner of a request, for fair sharing.</summary>
/// <param name="Plugin">Shares the host's slots with other plugins.</param>
/// <param name="Holder">Shares the plugin's slots: an installation, or the plugin itself.</param>
/// <param name="Url">The endpoint; slots are shared per host and port.</param>
/// <param name="IsProbe">True if nothing has been delivered there for a time: other requests go first.</param>
public sealed record SendTurn(PluginId Plugin, string Holder, Uri Url, bool IsProbe)
{
    public SendTurn(InstallationId installation, Uri url, bool isProbe)
        : this(installation.Plugin, installation.ToString(), url, isProbe) { }

    /// <summary>A request of the plugin itself.</summary>
    public SendTurn(PluginId plugin, Uri url)
        : this(plugin, plugin.Value, url, IsProbe: false) { }
}

/// <summary>One signed HTTP request to a plugin's endpoint.</summary>
/// <param name="Url">The endpoint; checked again when connecting.</param>
/// <param name="Id">The header <c>webhook-id</c>: the event's message id, or the batch's.</param>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="ContentType">The body's media type.</param>
/// <param name="Secrets">The endpoint's secrets as stored (sealed by the host): one signature for each.</param>
/// <param name="Timeout">Timeout for connecting and answering together.</param>
/// <param name="Attempt">From 1; sent to the receiver.</param>
public sealed record EventMessage(
    Uri Url,
    string Id,
    ReadOnlyMemory<byte> Body,
    string ContentType,
    ImmutableArray<string> Secrets,
    TimeSpan Timeout,
    int Attempt
)
{
    /// <summary>The installation; null for a message about none.</summary>
    public InstallationId? Installation { get; init; }

    /// <summary>The replay it belongs to; null for a first delivery.</summary>
    public string? Replay { get; init; }

    /// <summary>How many bytes of the answer's body to hand back; 0 for none.</summary>
    public int AnswerBytes { get; init; }
}

/// <summary>The outcome of an attempt.</summary>
/// <param name="Error">Null if the receiver accepted it (2xx); otherwise a code of <see cref="SendErrors"/>.</param>
/// <param name="Status">HTTP status of the answer; null without an answer.</param>
/// <param name="Latency">From the start of the attempt to its end.</param>
/// <param name="RetryAfter">The pause requested with 429 or 503; null if none.</param>
/// <param name="ResponseHash">SHA-256 of the first kilobyte of the answer's body, lower-case hex; null without an answer.</param>
public sealed record SendResult(string? Error, int? Status, TimeSpan Latency, TimeSpan? RetryAfter, string? ResponseHash)
{
    /// <summary>True if the receiver accepted it.</summary>
    public bool IsAccepted => Error is null;

    /// <summary>The start of the answer's body, as far as the message asked for it.</summary>
    public ReadOnlyMemory<byte> Answer { get; init; }
}

/// <summary>For a host without a sender: every attempt fails, and events keep waiting.</summary>
internal sealed class NoEventSender : IEventSender
{
    public ValueTask<IDisposable> Enter(SendTurn turn, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IDisposable>(new Nothing());

    public Task<SendResult> Send(EventMessage message, CancellationToken cancellationToken) =>
        Task.FromResult(new SendResult(Marketplace.Deliveries.SendErrors.Internal, null, TimeSpan.Zero, null, null));

    private sealed class Nothing : IDisposable
    {
        public void Dispose() { }
    }
}
