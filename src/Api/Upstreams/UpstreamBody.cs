namespace Marketplace.Api.Upstreams;

/// <summary>An upstream's answer read as far as it may be kept: whole, or its beginning and the stream that goes on behind it.</summary>
internal sealed record UpstreamBody(ReadOnlyMemory<byte> Beginning, Stream? Rest)
{
    private const int ChunkBytes = 16_384;

    /// <param name="content">The answer's content.</param>
    /// <param name="limit">Bytes that may be kept; one more is read to know that there are more.</param>
    /// <param name="cancellationToken">Ends the wait for the upstream.</param>
    public static async Task<UpstreamBody> Read(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var beginning = new MemoryStream();
        var chunk = new byte[ChunkBytes];
        while (beginning.Length <= limit)
        {
            var read = await stream.ReadAsync(chunk, cancellationToken);
            if (read == 0)
            {
                return new UpstreamBody(beginning.ToArray(), null);
            }

            beginning.Write(chunk, 0, read);
        }

        return new UpstreamBody(beginning.ToArray(), stream);
    }

    /// <summary>Writes all of it. An empty answer writes nothing, because some statuses allow no body at all.</summary>
    public async Task WriteTo(HttpResponse response, CancellationToken cancellationToken)
    {
        if (Rest is null && Beginning.Length > 0)
        {
            response.ContentLength = Beginning.Length;
        }

        if (Beginning.Length > 0)
        {
            await response.Body.WriteAsync(Beginning, cancellationToken);
        }

        if (Rest is not null)
        {
            await Rest.CopyToAsync(response.Body, cancellationToken);
        }
    }
}
