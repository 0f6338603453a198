using System.Net;
using System.Security.Cryptography;
using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Webhooks.Sending;

namespace Marketplace.Webhooks.Plugins;

/// <summary>
/// Posts events to plugins' endpoints as Standard Webhooks: one signed request per attempt, to public addresses only. Reports the
/// receiver's behaviour as a result; the delivery grain schedules retries.
/// </summary>
internal sealed class PluginWebhookSender(
    IHttpClientFactory clients,
    SendPlaces places,
    WebhookSigner signer,
    AddressGuard guard,
    TimeProvider time,
    ILogger<PluginWebhookSender> logger
) : IEventSender
{
    public const string ClientName = "plugin-webhooks";

    /// <summary>The client that uses a new connection for each request.</summary>
    public const string FreshClientName = "plugin-webhooks-fresh";

    private const int HashedBytes = 1_024;

    // A receiver that asks for zero or a past instant must not cause a busy loop.
    private static readonly TimeSpan ShortestRetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    // One for all messages: it has no message state, and its handler lives as long as the process.
    private readonly HttpClient _client = clients.CreateClient(ClientName);
    private readonly HttpClient _fresh = clients.CreateClient(FreshClientName);

    public ValueTask<IDisposable> Enter(SendTurn turn, CancellationToken cancellationToken) => places.Enter(turn, cancellationToken);

    public async Task<SendResult> Send(EventMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var started = time.GetTimestamp();
        using var limit = new CancellationTokenSource(message.Timeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (guard.Judge(message.Url) is not null)
            {
                return Failed(SendErrors.ForbiddenAddress);
            }

            using var response = await Post(message, ended.Token);
            var body = await StartOf(response, Math.Max(HashedBytes, message.AnswerBytes), ended.Token);
            return new SendResult(
                ErrorOf(response.StatusCode),
                (int)response.StatusCode,
                time.GetElapsedTime(started),
                RetryAfter(response),
                HashOf(body)
            )
            {
                Answer = body[..Math.Min(body.Length, message.AnswerBytes)],
            };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var error = SendFailures.CodeOf(e);
            if (error == SendErrors.Internal)
            {
                SenderLog.Failed(logger, e, message.Id);
            }

            return Failed(error);
        }

        SendResult Failed(string error) => new(error, null, time.GetElapsedTime(started), null, null);
    }

    /// <summary>
    /// Posts the message; repeats it on a new connection if the receiver was just closing the reused one. The receiver has then not read
    /// it, or not acknowledged it: the repeat is the same message with the same id.
    /// </summary>
    private async Task<HttpResponseMessage> Post(EventMessage message, CancellationToken cancellationToken)
    {
        using var request = await Request(message, cancellationToken);
        var exchange = KeptConnection.Begin();
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e) when (exchange.IsReused && SendFailures.IsClosedConnection(e))
        {
            using var again = await Request(message, cancellationToken);
            return await _fresh.SendAsync(again, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
    }

    private async ValueTask<HttpRequestMessage> Request(EventMessage message, CancellationToken cancellationToken)
    {
        var signed = await signer.Sign(message.Id, message.Body, message.Secrets, time.GetUtcNow(), cancellationToken);
        var request = new HttpRequestMessage(HttpMethod.Post, message.Url)
        {
            Content = new ReadOnlyMemoryContent(message.Body),
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", WebhookHeaders.ContentType(message.ContentType));
        foreach (var (name, value) in signed.For(message.Installation, message.Attempt, message.Replay))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>The status line is the answer; a truncated body does not change it.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>> StartOf(
        HttpResponseMessage response,
        int most,
        CancellationToken cancellationToken
    )
    {
        if (response.Content.Headers.ContentLength == 0)
        {
            return default;
        }

        var start = new byte[most];
        var length = 0;
        try
        {
            // The rest is not read: the handler drains a little to reuse the connection, and closes it otherwise.
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            length = await body.ReadAtLeastAsync(start, most, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            return default;
        }

        return start.AsMemory(0, length);
    }

    private static string? HashOf(ReadOnlyMemory<byte> body) =>
        body.IsEmpty ? null : Convert.ToHexStringLower(SHA256.HashData(body.Span[..Math.Min(body.Length, HashedBytes)]));

    private static string? ErrorOf(HttpStatusCode status) =>
        (int)status switch
        {
            >= 200 and < 300 => null,
            >= 300 and < 400 => SendErrors.Redirect,
            (int)HttpStatusCode.Gone => SendErrors.Gone,
            _ => SendErrors.Status,
        };

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (
            response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            || response.Headers.RetryAfter is not { } asked
        )
        {
            return null;
        }

        var wait = asked.Delta ?? asked.Date - time.GetUtcNow() ?? TimeSpan.Zero;
        return wait < ShortestRetryAfter ? ShortestRetryAfter
            : wait > LongestRetryAfter ? LongestRetryAfter
            : wait;
    }
}

internal static partial class SenderLog
{
    /// <summary>Logs the message id only; never its content or the endpoint's address, which may contain a secret.</summary>
    [LoggerMessage(Level = LogLevel.Error, Message = "Could not send the webhook {MessageId} because of an internal error.")]
    public static partial void Failed(ILogger logger, Exception exception, string messageId);
}
