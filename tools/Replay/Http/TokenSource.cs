using System.Text.Json;

namespace Marketplace.Replay.Http;

/// <summary>A client's access token, shared by concurrent callers and renewed shortly before, or when, it expires.</summary>
internal sealed class TokenSource(
    HttpClient http,
    Uri endpoint,
    DemoClient client,
    string? installation,
    TimeProvider time,
    TimeSpan patience
) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private string? _token;
    private DateTimeOffset _until;

    /// <remarks><c>refused</c>: the token just answered with 401, if any: it is never returned again.</remarks>
    /// <exception cref="ReplayException">The server refuses to issue one, or is unavailable.</exception>
    public async Task<string> Get(string? refused, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_token is null || _token == refused || time.GetUtcNow() >= _until)
            {
                await Fetch(cancellationToken);
            }

            return _token!;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task Fetch(CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client.Id,
            ["client_secret"] = client.Secret,
        };
        if (installation is not null)
        {
            form["installation"] = installation;
        }

        var backoff = new Backoff(time, patience);
        while (true)
        {
            try
            {
                using var answer = await http.PostAsync(endpoint, new FormUrlEncodedContent(form), cancellationToken);
                var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    Keep(body);
                    return;
                }

                if ((int)answer.StatusCode is < 500 and not 429 || !await backoff.Wait(null, cancellationToken))
                {
                    throw new ReplayException(
                        $"no token for {client.Id} {installation}: {(int)answer.StatusCode} {ErrorOf(body)}".TrimEnd()
                    );
                }
            }
            catch (Exception error) when (Backoff.IsConnectionLoss(error, cancellationToken))
            {
                if (!await backoff.Wait(null, cancellationToken))
                {
                    throw new ReplayException($"{endpoint} cannot be reached: {error.Message}");
                }
            }
        }
    }

    private void Keep(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        _token = json.RootElement.GetProperty("access_token").GetString();
        var seconds = json.RootElement.TryGetProperty("expires_in", out var life) ? life.GetInt32() : 60;
        _until = time.GetUtcNow().AddSeconds(seconds * 0.9);
    }

    private static string ErrorOf(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("error", out var error) ? error.ToString() : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
