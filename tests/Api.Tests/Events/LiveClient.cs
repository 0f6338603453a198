using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;

namespace Marketplace.Api.Tests.Events;

/// <summary>One live connection: what comes is kept as it comes, comments included.</summary>
internal sealed class LiveClient : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private StreamReader? _lines;
    private readonly CancellationTokenSource _ends = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private LiveClient(HttpResponseMessage response) => _response = response;

    public HttpResponseMessage Response => _response;

    public ConcurrentQueue<string> Comments { get; } = [];

    /// <summary>Opens a stream, whatever the answer is.</summary>
    public static async Task<LiveClient> Open(TestMarketplace marketplace, string installation, string query = "", string? lastId = null) =>
        await OpenPath(marketplace, $"/open/v1/events/live{query}", await marketplace.Client.PluginToken(installation), lastId);

    /// <summary>Opens any stream, whatever the answer is.</summary>
    public static async Task<LiveClient> OpenPath(TestMarketplace marketplace, string path, string token, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        var response = await marketplace.Http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        return new LiveClient(response);
    }

    /// <summary>The next events, without what the marketplace tells the installation of itself.</summary>
    public async Task<IReadOnlyList<LiveEvent>> Read(int count)
    {
        var events = new List<LiveEvent>();
        while (events.Count < count)
        {
            var next = await Next() ?? throw new InvalidOperationException($"The stream ended after {events.Count} of {count} events.");
            if (!EventKit.IsLifecycle(next.Type))
            {
                events.Add(next);
            }
        }

        return events;
    }

    /// <summary>The next event; null if the stream has ended.</summary>
    public async Task<LiveEvent?> Next()
    {
        _ends.CancelAfter(TimeSpan.FromSeconds(20));
        _lines ??= new StreamReader(await _response.Content.ReadAsStreamAsync(_ends.Token), Encoding.UTF8);
        string? id = null,
            type = null,
            data = null;
        while (await _lines.ReadLineAsync(_ends.Token) is { } line)
        {
            switch (line.Split(": ", 2))
            {
                case ["id", var value]:
                    id = value;
                    break;
                case ["event", var value]:
                    type = value;
                    break;
                case ["data", var value]:
                    data = value;
                    break;
                case ["", var comment]:
                    Comments.Enqueue(comment);
                    break;
                case [""] when data is not null:
                    return new LiveEvent(id, type, data);
            }
        }

        return null;
    }

    /// <summary>The whole answer where it is no stream.</summary>
    public Task<Answer> Answer() => TestKit.Client.Answer.Read(_response);

    public ValueTask DisposeAsync()
    {
        _lines?.Dispose();
        _response.Dispose();
        _ends.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>One event of a stream.</summary>
internal sealed record LiveEvent(string? Id, string? Type, string Data);
