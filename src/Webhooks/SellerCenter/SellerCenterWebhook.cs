using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Mime;
using Marketplace.Grains.Journal;
using Marketplace.Grains.Ports;
using Microsoft.Extensions.Options;
using Polly;

namespace Marketplace.Webhooks.SellerCenter;

/// <summary>Posts notifications to Seller Center as Standard Webhooks: signed, with the same id in all attempts.</summary>
internal sealed class SellerCenterWebhook(IHttpClientFactory clients, IOptions<SellerCenterOptions> options, TimeProvider time)
    : IWebhookSender
{
    public const string ClientName = "seller-center";

    private const double Growth = 4;

    private readonly byte[]? _key = WebhookSignature.KeyOf(options.Value.WebhookSecret);

    public bool IsConfigured => options.Value.WebhookUri is not null;

    public IReadOnlyList<TimeSpan> Pauses { get; } =
    [
        .. Enumerable
            .Range(0, options.Value.WebhookAttempts - 1)
            .Select(attempt =>
                TimeSpan.FromMilliseconds(
                    Math.Min(
                        options.Value.WebhookFirstPause.TotalMilliseconds * Math.Pow(Growth, attempt),
                        options.Value.WebhookLongestPause.TotalMilliseconds
                    )
                )
            ),
    ];

    public async Task Send(WebhookMessage message, CancellationToken cancellationToken)
    {
        if (options.Value.WebhookUri is not { } uri || _key is null)
        {
            throw new AuditFailureException("no webhook is configured");
        }

        using var client = clients.CreateClient(ClientName);
        using var request = Request(uri, message);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new AuditFailureException(FormattableString.Invariant($"the receiver answered {(int)response.StatusCode}"));
            }
        }
        catch (Exception e)
            when (e is HttpRequestException or ExecutionRejectedException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            throw new AuditFailureException($"the receiver could not be reached ({e.GetType().Name})", e);
        }
    }

    private HttpRequestMessage Request(Uri uri, WebhookMessage message)
    {
        var now = time.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ReadOnlyMemoryContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json, "utf-8");
        request.Headers.Add(WebhookHeaders.Id, message.Id);
        request.Headers.Add(WebhookHeaders.Timestamp, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var content = WebhookSignature.Content(message.Id, now, message.Body.Span);
        request.Headers.Add(WebhookHeaders.Signature, WebhookSignature.V1(_key!, content));
        return request;
    }
}
