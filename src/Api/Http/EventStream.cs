using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Api.Http;

/// <summary>
/// Writes server-sent events to an answer as they come. A client that takes nothing for too long is given up: nothing tells it from one
/// that is gone. The endpoint sets the header fields.
/// </summary>
internal sealed class EventStream
{
    public const string ContentType = "text/event-stream";

    /// <summary>What is written at once; so much has to be taken within the time for it.</summary>
    private const int Piece = 16 * 1024;

    private readonly HttpResponse _response;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;

    /// <param name="context">The request, whose answer has not begun.</param>
    /// <param name="patience">How long a client may take nothing; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it likes.</param>
    /// <param name="time">Measures it.</param>
    public EventStream(HttpContext context, TimeSpan patience, TimeProvider time)
    {
        (_response, _patience, _time) = (context.Response, patience, time);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    /// <exception cref="OperationCanceledException">It ends, or the client does not take it.</exception>
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

/// <summary>Events and comments as they go over the wire; several of them are written together.</summary>
internal sealed class EventFrames
{
    private readonly ArrayBufferWriter<byte> _written = new();

    public ReadOnlyMemory<byte> Written => _written.WrittenMemory;

    /// <summary>After how long a client that was cut off is to connect again.</summary>
    public EventFrames Retry(int milliseconds)
    {
        Add(string.Create(CultureInfo.InvariantCulture, $"retry: {milliseconds}\n\n"));
        return this;
    }

    /// <summary>What clients pass over; it keeps the connection alive.</summary>
    public EventFrames Comment(string text)
    {
        Add($": {text}\n\n");
        return this;
    }

    /// <param name="type">What has happened.</param>
    /// <param name="data">JSON on one line.</param>
    /// <param name="id">What a client that was cut off names to go on behind this event; null if it cannot.</param>
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
