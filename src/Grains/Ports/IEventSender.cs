using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Installations;

namespace Marketplace.Grains.Ports;

/// <summary>Posts events to plugins' endpoints. The host brings it.</summary>
public interface IEventSender
{
    /// <summary>
    /// Returns when a request may be made, with the place from which it is: so many stand open at once to one host, and nobody takes those
    /// of others. The wait is not the receiver's. To be disposed of after the request; only the token's end is thrown.
    /// </summary>
    ValueTask<IDisposable> Enter(SendTurn turn, CancellationToken cancellationToken);

    /// <summary>Makes one attempt. Whatever the receiver does, the answer is a result; only the token's end is thrown.</summary>
    Task<SendResult> Send(EventMessage message, CancellationToken cancellationToken);
}

/// <summary>Who wants to make a request.</summary>
/// <param name="Plugin">Shares the places with other plugins.</param>
/// <param name="Holder">What shares the plugin's: an installation, or the plugin itself.</param>
/// <param name="Url">Where to: its host and port are what is shared.</param>
/// <param name="IsProbe">True if nothing has arrived there for a time: others go first.</param>
public sealed record SendTurn(PluginId Plugin, string Holder, Uri Url, bool IsProbe)
{
    public SendTurn(InstallationId installation, Uri url, bool isProbe)
        : this(installation.Plugin, installation.ToString(), url, isProbe) { }

    /// <summary>For the plugin itself.</summary>
    public SendTurn(PluginId plugin, Uri url)
        : this(plugin, plugin.Value, url, IsProbe: false) { }
}

/// <summary>One signed HTTP request to a plugin's endpoint.</summary>
/// <param name="Url">Where to; checked again when the connection is made.</param>
/// <param name="Id">The header <c>webhook-id</c>: the event's message id, or the batch's.</param>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Secrets">The endpoint's secrets as they are kept (sealed by the host): one signature for each.</param>
/// <param name="Timeout">For connecting and answering together.</param>
/// <param name="Attempt">From 1; told to the receiver.</param>
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
    /// <summary>Whose events; null for a message about no installation.</summary>
    public InstallationId? Installation { get; init; }

    /// <summary>The replay it belongs to; null for a first delivery.</summary>
    public string? Replay { get; init; }
}

/// <summary>How an attempt ended.</summary>
/// <param name="Error">Null if the receiver has taken it (2xx); otherwise a code of <see cref="SendErrors"/>.</param>
/// <param name="Status">Of the answer; null if there was none.</param>
/// <param name="Latency">From the start of the attempt to its end.</param>
/// <param name="RetryAfter">What the receiver asked for with 429 or 503; null if nothing.</param>
/// <param name="ResponseHash">SHA-256 of the first kilobyte of the answer's body, lower-case hex; null if there was none.</param>
public sealed record SendResult(string? Error, int? Status, TimeSpan Latency, TimeSpan? RetryAfter, string? ResponseHash)
{
    /// <summary>True if the receiver has taken it.</summary>
    public bool Taken => Error is null;
}

/// <summary>A host that sends nothing: every attempt fails, and what is owed goes on waiting.</summary>
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
