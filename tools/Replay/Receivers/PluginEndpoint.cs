using System.Text.Json;
using Marketplace.Replay.Deliveries;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Replay.Receivers;

/// <summary>One installation's endpoint: verifies requests, then acts according to the plan.</summary>
internal sealed class PluginEndpoint(InstallationBook book, FaultPlan plan, Findings findings, TimeProvider time)
{
    private const int EnoughToFollow = 40;

    // Longer than any time-out registered by the tool.
    private static readonly TimeSpan Hanging = TimeSpan.FromSeconds(40);

    /// <summary>The signing secret; empty until the answer with it is read.</summary>
    public string Secret { get; set; } = "";

    /// <summary>True after answering 410, until the plugin has set the endpoint again.</summary>
    public bool Gone { get; set; }

    public async Task Answer(HttpContext http)
    {
        if (Secret.Length == 0)
        {
            // Queued events may arrive before the answer with the secret; they are retried.
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        var body = await Read(http.Request, http.RequestAborted);
        var headers = new WebhookHeaders(Header(http, "webhook-id"), Header(http, "webhook-timestamp"), Header(http, "webhook-signature"));
        if (WebhookSignature.Fault(Secret, headers, body, time.GetUtcNow()) is { } fault)
        {
            findings.Add(Wrong.Signature, $"{book.Mandate.Installation}: a request {fault}");
        }

        var arrived = Parse(headers, body);
        var owed = book.Arrive(arrived);
        var kind = plan.Next(book.Mandate.Installation, headers.Id, [.. arrived.Select(one => one.Id)], MayPoison);
        Gone |= kind == FaultKind.Gone;
        await Answer(http, kind, owed);
    }

    // If no other event arrives, an event that is refused looks like a broken endpoint: it is never given up, and keeps the rest of its
    // order waiting. So many arrivals are certain to include some of other orders.
    private bool MayPoison => book.Mandate is { BatchSize: 1, PerSeller: false } && book.Left().Waiting >= EnoughToFollow;

    private static string Header(HttpContext http, string name) => http.Request.Headers[name].ToString();

    private static async Task<byte[]> Read(HttpRequest request, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    private List<ArrivedEvent> Parse(WebhookHeaders headers, byte[] body)
    {
        try
        {
            var json = JsonElement.Parse(body);
            var events = EventReader.Read(json);
            if (json.ValueKind == JsonValueKind.Object && events is [var alone] && alone.Id != headers.Id)
            {
                findings.Add(Wrong.OtherId, $"{book.Mandate.Installation}: the event {alone.Id} came in the message {headers.Id}");
            }

            return events;
        }
        catch (JsonException)
        {
            findings.Add(Wrong.Form, $"{book.Mandate.Installation}: a body is no JSON");
            return [];
        }
    }

    private async Task Answer(HttpContext http, FaultKind kind, IReadOnlyList<OwedEvent> owed)
    {
        if (kind is FaultKind.None or FaultKind.Lose or FaultKind.Lie or FaultKind.Garble)
        {
            book.Keep(owed);
        }

        if (kind is FaultKind.None or FaultKind.Garble)
        {
            book.Acknowledge(owed);
        }

        switch (kind)
        {
            case FaultKind.Error or FaultKind.Lie:
                http.Response.StatusCode = 500;
                break;
            case FaultKind.Poison:
                book.Poison(owed);
                http.Response.StatusCode = 500;
                break;
            case FaultKind.Busy:
                http.Response.StatusCode = 429;
                http.Response.Headers.RetryAfter = "1";
                break;
            case FaultKind.Gone:
                http.Response.StatusCode = 410;
                break;
            case FaultKind.Drop or FaultKind.Lose:
                http.Abort();
                break;
            case FaultKind.Hang:
                await Hang(http);
                break;
            case FaultKind.Garble:
                await Garble(http);
                break;
            default:
                http.Response.StatusCode = 204;
                break;
        }
    }

    private async Task Hang(HttpContext http)
    {
        try
        {
            await Task.Delay(Hanging, time, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The sender has given up, as it should.
        }

        http.Abort();
    }

    private static async Task Garble(HttpContext http)
    {
        http.Response.ContentLength = 64;
        await http.Response.WriteAsync("{\"ok\": tr");
        await http.Response.Body.FlushAsync();
        http.Abort();
    }
}
