using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Api.Http;

/// <summary>
/// Writes server-sent events incrementally. A client that does not read for too long is disconnected, because it cannot be told from a dead
/// one. The endpoint sets the header fields.
/// </summary>
internal sealed class EventStream
{
    public const string ContentType = "text/event-stream";

    /// <summary>Bytes per write; each must be accepted within the write timeout.</summary>
    private const int Piece = 16 * 1024;

    private readonly HttpResponse _response;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;

    /// <param name="context">The request; its response must not have started.</param>
    /// <param name="patience">How long a client may not read; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="time">The clock.</param>
    public EventStream(HttpContext context, TimeSpan patience, TimeProvider time)
    {
        (_response, _patience, _time) = (context.Response, patience, time);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    /// <exception cref="OperationCanceledException">The stream ends, or the client does not read.</exception>
    public async Task Write(EventFrames frames, CancellationToken ends)
    {
        for (var rest = frames.Written; !rest.IsEmpty; rest = rest[Math.Min(Piece, rest.Length)..])
        {
            using var slow = new CancellationTokenSource(_patience, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, ends);
            await _response.Body.WriteAsync(rest[..Math.Min(Piece, rest.Length)], either.Token);
            await _response.Body.FlushAsync(either.Token);
            either.Token.ThrowIfCancellationRequested();
        }
    }
}

/// <summary>Events and comments in wire format, written together.</summary>
internal sealed class EventFrames
{
    private readonly ArrayBufferWriter<byte> _written = new();

    public ReadOnlyMemory<byte> Written => _written.WrittenMemory;

    /// <summary>The delay after which a disconnected client should reconnect.</summary>
    public EventFrames Retry(int milliseconds)
    {
        Add(string.Create(CultureInfo.InvariantCulture, $"retry: {milliseconds}\n\n"));
        return this;
    }

    /// <summary>A comment, ignored by clients; keeps the connection alive.</summary>
    public EventFrames Comment(string text)
    {
        Add($": {text}\n\n");
        return this;
    }

    /// <param name="type">The event's type.</param>
    /// <param name="data">JSON on one line.</param>
    /// <param name="id">The id that a reconnecting client sends to continue after this event; null if it cannot.</param>
    public EventFrames Event(string type, ReadOnlySpan<byte> data, string? id = null)
    {
        if (id is not null)
        {
            Add($"id: {id}\n");
        }

        Add($"event: {type}\ndata: ");
        _written.Write(data);
        Add("\n\n");
        return this;
    }

    private void Add(string text) => Encoding.UTF8.GetBytes(text, _written);
}
