using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Samples.Tests;

/// <summary>A marketplace that answers as a test wants it, and signs what the test sends: for what a healthy server does not do.</summary>
internal sealed class FakeMarketplace : IDisposable
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(24);
    private readonly HttpListener _listener = new();
    private readonly Task _loop;

    public FakeMarketplace()
    {
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}/"));
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _loop = Answer();
    }

    public Uri Address { get; }

    /// <summary>The answer to every call: status, body and seconds of <c>Retry-After</c>.</summary>
    public (int Status, string Body, int? RetryAfter) Next { get; set; } = (404, """{"code":"order-not-found"}""", null);

    /// <summary>Paths that were asked, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>An <c>order.paid</c>, signed as of an instant.</summary>
    public HttpRequestMessage Message(Uri endpoint, string installation, DateTimeOffset at)
    {
        var id = MarketplaceClient.NewKey();
        var body =
            $$$"""{"specversion":"1.0","id":"{{{id}}}","type":"order.paid","subject":"O-1","installation":"{{{installation}}}","data":{}}""";
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        return new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new StringContent(body),
            Headers =
            {
                { "webhook-id", id },
                { "webhook-timestamp", timestamp },
                { "webhook-signature", $"v1,AAAA v1,{signature} v1a,AAAA" },
            },
        };
    }

    public void Dispose()
    {
        _listener.Close();
        _loop.Wait(TimeSpan.FromSeconds(10));
    }

    private async Task Answer()
    {
        while (_listener.IsListening)
        {
            try
            {
                Answer(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // Closed, or the caller is gone.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        Asked.Enqueue(path);
        var (status, body, retryAfter) = path switch
        {
            "/connect/token" => (200, """{"access_token":"token","expires_in":3600}""", null),
            "/open/v1/plugin-webhook" => (201, $$"""{"plugin":"p","secret":"whsec_{{Convert.ToBase64String(_key)}}"}""", null),
            _ => Next,
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (retryAfter is { } seconds)
        {
            context.Response.Headers["Retry-After"] = seconds.ToString(CultureInfo.InvariantCulture);
        }

        context.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: true);
    }
}
