using System.Net.Http.Headers;
using Marketplace.Api.Http;

namespace Marketplace.Api.Calls.Upstreams;

/// <summary>
/// The part of an upstream's answer read before the call is settled: all of it, or its beginning with the stream of the rest.
/// </summary>
internal sealed record UpstreamBody(ReadOnlyMemory<byte> Beginning, Stream? Rest)
{
    private const int ChunkBytes = 16_384;

    /// <summary>Streaming media types: waiting for more than has arrived would delay them.</summary>
    private static readonly string[] Trickling =
    [
        EventStream.ContentType,
        "application/x-ndjson",
        "application/jsonl",
        "multipart/x-mixed-replace",
    ];

    /// <summary>True if <see cref="Beginning"/> is everything.</summary>
    public bool IsWhole => Rest is null;

    /// <summary>Reads all of a short answer, so that a truncated one is detected before it is charged.</summary>
    /// <param name="content">The answer's content.</param>
    /// <param name="limit">Bytes read ahead; one more is read to detect a longer answer.</param>
    /// <param name="patience">How long the upstream may send nothing.</param>
    /// <param name="cancellationToken">Cancels waiting for the upstream.</param>
    /// <exception cref="IOException">The answer was truncated.</exception>
    /// <exception cref="OperationCanceledException">The upstream stopped sending, or the wait was cancelled.</exception>
    public static async Task<UpstreamBody> Read(HttpContent content, int limit, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(patience);
        var stream = await content.ReadAsStreamAsync(silence.Token);
        var most = Trickles(content.Headers.ContentType) ? 0 : limit;
        using var beginning = new MemoryStream();
        var chunk = new byte[ChunkBytes];
        while (beginning.Length <= most)
        {
            silence.CancelAfter(patience);
            var read = await stream.ReadAsync(chunk, silence.Token);
            if (read == 0)
            {
                return new UpstreamBody(beginning.ToArray(), null);
            }

            beginning.Write(chunk, 0, read);
        }

        return new UpstreamBody(beginning.ToArray(), stream);
    }

    /// <summary>Writes everything. Writes nothing for an empty answer, because some statuses forbid a body.</summary>
    /// <param name="response">The answer; its header fields are complete except for the length.</param>
    /// <param name="length">The complete length stated by the upstream; null if not stated.</param>
    /// <param name="patience">How long the upstream may send nothing.</param>
    /// <param name="cancellationToken">Cancels the copying.</param>
    public async Task WriteTo(HttpResponse response, long? length, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (Beginning.Length > 0)
        {
            response.ContentLength = IsWhole ? Beginning.Length : length;
            await response.Body.WriteAsync(Beginning, cancellationToken);
        }

        if (Rest is { } rest)
        {
            await Copy(rest, response.Body, patience, cancellationToken);
        }
    }

    private static async Task Copy(Stream from, Stream to, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await to.FlushAsync(cancellationToken);
        var chunk = new byte[ChunkBytes];
        while (true)
        {
            silence.CancelAfter(patience);
            var read = await from.ReadAsync(chunk, silence.Token);
            if (read == 0)
            {
                return;
            }

            silence.CancelAfter(Timeout.InfiniteTimeSpan);
            await to.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
            await to.FlushAsync(cancellationToken);
        }
    }

    private static bool Trickles(MediaTypeHeaderValue? type) => Trickling.Contains(type?.MediaType, StringComparer.OrdinalIgnoreCase);
}
