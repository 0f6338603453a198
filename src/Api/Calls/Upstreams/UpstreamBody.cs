using System.Net.Http.Headers;
using Marketplace.Api.Http;

namespace Marketplace.Api.Calls.Upstreams;

/// <summary>
/// An upstream's answer read as far as is worth it before the call is settled: whole, or its beginning and the stream that goes on behind
/// it.
/// </summary>
internal sealed record UpstreamBody(ReadOnlyMemory<byte> Beginning, Stream? Rest)
{
    private const int ChunkBytes = 16_384;

    /// <summary>Answers that trickle by design: waiting for more of them than has come would hold them up.</summary>
    private static readonly string[] Trickling =
    [
        EventStream.ContentType,
        "application/x-ndjson",
        "application/jsonl",
        "multipart/x-mixed-replace",
    ];

    /// <summary>True if all of it is in <see cref="Beginning"/>.</summary>
    public bool IsWhole => Rest is null;

    /// <summary>Reads all of a short answer, so that one which breaks off is known before anybody pays for it.</summary>
    /// <param name="content">The answer's content.</param>
    /// <param name="limit">Bytes that are read ahead; one more is read to know that there are more.</param>
    /// <param name="patience">How long the upstream may send nothing.</param>
    /// <param name="cancellationToken">Ends the wait for the upstream.</param>
    /// <exception cref="IOException">It broke off.</exception>
    /// <exception cref="OperationCanceledException">It fell silent, or the wait was ended.</exception>
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

    /// <summary>Writes all of it. An empty answer writes nothing, because some statuses allow no body at all.</summary>
    /// <param name="response">The answer; its header fields are complete but for the length.</param>
    /// <param name="length">The whole length as the upstream told it; null if it did not.</param>
    /// <param name="patience">How long the upstream may send nothing.</param>
    /// <param name="cancellationToken">Ends it.</param>
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
