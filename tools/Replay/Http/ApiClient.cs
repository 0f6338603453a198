using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Marketplace.Replay.Http;

/// <summary>
/// Sends a call until it gets a final answer: waits out 503s, lost connections and bursts (429 with a short Retry-After), gets a new token
/// once after a 401, and counts every attempt.
/// </summary>
internal sealed class ApiClient(HttpClient http, Uri baseAddress, CallStats stats, TimeProvider time, TimeSpan patience)
{
    /// <summary>A burst is over in seconds; a longer refusal (the day's allowance) is an answer.</summary>
    private static readonly TimeSpan LongestBurst = TimeSpan.FromSeconds(60);

    /// <exception cref="ReplayException">The server was unavailable for longer than the patience, or a token was refused.</exception>
    public async Task<ApiAnswer> Send(ApiCall call, TokenSource token, CancellationToken cancellationToken)
    {
        string? refused = null;
        var renewed = false;
        var backoff = new Backoff(time, patience);
        while (true)
        {
            var bearer = await token.Get(refused, cancellationToken);
            var (answer, loss) = await Attempt(call, bearer, cancellationToken);
            if (answer is null)
            {
                if (!await backoff.Wait(null, cancellationToken))
                {
                    throw new ReplayException($"{new Uri(baseAddress, call.Route)} cannot be reached: {loss}");
                }

                continue;
            }

            switch ((int)answer.Status)
            {
                case 401 when !renewed:
                    (refused, renewed) = (bearer, true);
                    continue;
                case 429 when RetryAfter(answer) is { } pause && pause <= LongestBurst:
                    await Task.Delay(pause, time, cancellationToken);
                    backoff = new Backoff(time, patience);
                    continue;
                case 502 or 503 or 504 when await backoff.Wait(RetryAfter(answer), cancellationToken):
                    continue;
                case 409 when answer.Code == "idempotency-in-progress" && await backoff.Wait(RetryAfter(answer), cancellationToken):
                    continue;
                default:
                    return answer;
            }
        }
    }

    private async Task<(ApiAnswer? Answer, string Loss)> Attempt(ApiCall call, string bearer, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            using var request = Request(call, bearer);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var answer = Read(response, body);
            stats.Add(call.Operation, answer.Outcome, time.GetElapsedTime(started));
            return (answer, "");
        }
        catch (Exception error) when (Backoff.IsConnectionLoss(error, cancellationToken))
        {
            var neverSent =
                error is HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                };
            if (!neverSent && !call.RepeatIsHarmless)
            {
                call.OnLostReply?.Invoke();
            }

            stats.Add(call.Operation, neverSent ? "no connection" : "reply lost", time.GetElapsedTime(started));
            return (null, error.Message);
        }
    }

    private HttpRequestMessage Request(ApiCall call, string bearer)
    {
        var request = new HttpRequestMessage(call.Method, new Uri(baseAddress, call.Route));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (call.IdempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", call.IdempotencyKey);
        }

        if (call.Actor is not null)
        {
            request.Headers.Add("X-Actor", call.Actor);
        }

        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(call.Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(call.ContentType);
        }

        return request;
    }

    private static ApiAnswer Read(HttpResponseMessage response, byte[] body)
    {
        var headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new ApiAnswer(response.StatusCode, body, Json(response, body), headers);
    }

    private static JsonElement? Json(HttpResponseMessage response, byte[] body)
    {
        if (body.Length == 0 || response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) != true)
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private TimeSpan? RetryAfter(ApiAnswer answer)
    {
        if (!answer.Headers.TryGetValue("Retry-After", out var text) || !RetryConditionHeaderValue.TryParse(text, out var value))
        {
            return answer.Status == HttpStatusCode.TooManyRequests ? TimeSpan.FromSeconds(1) : null;
        }

        var pause = value.Delta ?? value.Date - time.GetUtcNow() ?? TimeSpan.Zero;
        return pause > TimeSpan.Zero ? pause : TimeSpan.FromMilliseconds(50);
    }
}
