using System.Text;
using System.Text.Json;

namespace Marketplace.Benchmarks.Peers;

/// <summary>What the two peers of the sync benchmark share: reading a batch of events, and posting one to the receiver.</summary>
internal static class PeerEvents
{
    /// <summary>Deliverers at work side by side.</summary>
    public const int Workers = 16;

    /// <summary>Events that a deliverer takes at once; they are posted side by side.</summary>
    public const int BatchSize = 50;

    private const string MediaType = "application/cloudevents+json";

    /// <summary>Ids, sellers and whole texts of a batch, in its order.</summary>
    public static async Task<(string[] Ids, string[] Sellers, string[] Bodies)> Read(HttpRequest request)
    {
        using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
        var events = json.RootElement.EnumerateArray().ToArray();
        return (
            [.. events.Select(one => one.GetProperty("id").GetString()!)],
            [.. events.Select(one => one.GetProperty("seller").GetString()!)],
            [.. events.Select(one => one.GetRawText())]
        );
    }

    public static Task Answer(HttpResponse response, int accepted) => response.WriteAsJsonAsync(new { accepted, duplicates = 0 });

    /// <summary>A client that the receiver's address is set on.</summary>
    public static HttpClient Client(IConfiguration configuration) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = new Uri(configuration["receiver"]!) };

    /// <summary>Posts all side by side; throws unless each is taken.</summary>
    public static Task Post(HttpClient client, IEnumerable<string> bodies, CancellationToken cancellationToken) =>
        Task.WhenAll(bodies.Select(body => Post(client, body, cancellationToken)));

    private static async Task Post(HttpClient client, string body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body, Encoding.UTF8, MediaType);
        using var answer = await client.PostAsync(string.Empty, content, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
