using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace OrderTagger;

/// <summary>The marketplace cannot be asked now; the event is to come again after this time.</summary>
internal sealed class RetryLaterException(TimeSpan after, string why) : Exception(why)
{
    public TimeSpan After => after;
}

/// <summary>An answer below 500, but for 429; the code is the problem's, null for a success.</summary>
internal sealed record Answer(int Status, string? Code, JsonElement Body)
{
    public T Read<T>() => Body.Deserialize<T>(MarketplaceClient.Json) ?? throw new JsonException("The answer is empty.");

    public override string ToString() => $"{Status} {Code}";
}

/// <summary>Calls the marketplace with the token of one installation, or of the plugin itself.</summary>
internal sealed class MarketplaceClient(HttpClient http, Settings settings, TimeProvider time)
{
    private const string Plugin = "";
    private static readonly TimeSpan UsualPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TokenReserve = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (string Text, DateTimeOffset Until)> _tokens = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _pausedUntil = new();

    public static JsonSerializerOptions Json { get; } =
        new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Of the messages to this program; null until it is subscribed.</summary>
    public string? Secret { get; private set; }

    /// <summary>Has the events of all installations sent here, and takes a new secret if there was an endpoint before.</summary>
    /// <exception cref="InvalidOperationException">It is refused.</exception>
    public async Task Subscribe(Uri url, string[] types, CancellationToken cancellationToken)
    {
        var set = await UntilAnswered(
            HttpMethod.Put,
            "open/v1/plugin-webhook",
            new
            {
                url,
                types,
                timeout_seconds = 20,
            },
            cancellationToken
        );
        if (!set.Body.TryGetProperty("secret", out var secret))
        {
            // The earlier process had it in its memory alone, so nothing is lost if it signs no more.
            var body = new { overlap_hours = 0 };
            var rotated = await UntilAnswered(HttpMethod.Post, "open/v1/plugin-webhook/secret", body, cancellationToken);
            secret = rotated.Body.GetProperty("secret");
        }

        Secret = secret.GetString();
    }

    /// <param name="installation"><c>seller/plugin</c>.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">Relative.</param>
    /// <param name="body">Sent as JSON; null for none.</param>
    /// <param name="key">Of a write: with the same key it is done once.</param>
    /// <param name="cancellationToken">Ends waiting for the answer.</param>
    /// <exception cref="RetryLaterException">It is limited, or failed; nothing is asked for this installation before its time.</exception>
    public async Task<Answer> Call(
        string installation,
        HttpMethod method,
        string path,
        object? body = null,
        string? key = null,
        CancellationToken cancellationToken = default
    )
    {
        if (_pausedUntil.TryGetValue(installation, out var until) && until - time.GetUtcNow() is { Ticks: > 0 } left)
        {
            throw new RetryLaterException(left, "The marketplace asked for a pause.");
        }

        var answer = await Authorized();
        if (answer.Status == (int)HttpStatusCode.Unauthorized)
        {
            // Tokens end before their time, too, for example when the plugin is enabled again.
            _tokens.TryRemove(installation, out _);
            answer = await Authorized();
        }

        return answer;

        async Task<Answer> Authorized()
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(installation, cancellationToken));
            request.Content = body is null ? null : JsonContent.Create(body, options: Json);
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }

            return await Send(installation, request, cancellationToken);
        }
    }

    private async Task<Answer> UntilAnswered(HttpMethod method, string path, object body, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var answer = await Call(Plugin, method, path, body, key: null, cancellationToken);
                return answer.Code is null ? answer : throw new InvalidOperationException($"{path}: {answer.Body}");
            }
            catch (RetryLaterException later)
            {
                await Task.Delay(later.After, time, cancellationToken);
            }
        }
    }

    private async Task<string> Token(string installation, CancellationToken cancellationToken)
    {
        if (_tokens.TryGetValue(installation, out var token) && token.Until > time.GetUtcNow())
        {
            return token.Text;
        }

        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = settings.ClientId,
            ["client_secret"] = settings.ClientSecret,
        };
        if (installation != Plugin)
        {
            form["installation"] = installation;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("connect/token", UriKind.Relative));
        request.Content = new FormUrlEncodedContent(form);
        var answer = await Send(installation, request, cancellationToken);
        if (answer.Status != (int)HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"No token for '{installation}': {answer}");
        }

        var (text, seconds) = (answer.Body.GetProperty("access_token").GetString()!, answer.Body.GetProperty("expires_in").GetInt32());
        _tokens[installation] = (text, time.GetUtcNow() + TimeSpan.FromSeconds(seconds) - TokenReserve);
        return text;
    }

    private async Task<Answer> Send(string installation, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.TooManyRequests || response.StatusCode >= HttpStatusCode.InternalServerError)
            {
                var pause = PauseOf(response);
                _pausedUntil[installation] = time.GetUtcNow() + pause;
                throw new RetryLaterException(pause, $"{request.RequestUri} was answered {(int)response.StatusCode}.");
            }

            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            var body = text.Length == 0 ? default : JsonElement.Parse(text);
            return new Answer((int)response.StatusCode, response.IsSuccessStatusCode ? null : CodeOf(body), body);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new RetryLaterException(UsualPause, $"{request.RequestUri} was not answered: {e.Message}");
        }
    }

    private TimeSpan PauseOf(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter;
        var pause = asked?.Delta ?? asked?.Date - time.GetUtcNow() ?? UsualPause;
        return pause > ShortestPause ? pause : ShortestPause;
    }

    // OAuth says "error" where problem documents say "code".
    private static string CodeOf(JsonElement body) =>
        body.ValueKind != JsonValueKind.Object ? "unknown"
        : body.TryGetProperty("code", out var code) ? code.GetString()!
        : body.TryGetProperty("error", out var error) ? error.GetString()!
        : "unknown";
}
