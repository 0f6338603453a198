using System.Net.Http.Headers;

namespace Marketplace.Api.Tests.Hosting;

/// <summary>An answer with all of its header fields.</summary>
public sealed record Exchange(Answer Answer, HttpResponseHeaders Headers)
{
    public int Status => (int)Answer.Status;

    public string? Field(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}

/// <summary>Sends what no well-behaved client would.</summary>
internal static class RawHttp
{
    private const int LongBody = 65_536;
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <param name="http">Its base address is the server's.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query, sent as they are.</param>
    /// <param name="token">Bearer token; null for none.</param>
    /// <param name="body">Null for none.</param>
    /// <param name="contentType">Of the body; null for none.</param>
    /// <param name="headers">Further header fields.</param>
    public static async Task<Exchange> Raw(
        this HttpClient http,
        string method,
        string path,
        string? token,
        byte[]? body = null,
        string? contentType = "application/json",
        params (string Name, string Value)[] headers
    )
    {
        var address = new Uri(http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, AsItIs);
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            // A body that is refused by its length must not be on its way by then.
            request.Headers.ExpectContinue = body.Length > LongBody;
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Exchange(await Answer.Read(response), response.Headers);
    }
}

internal static class Utf8
{
    public static byte[] ToUtf8(this string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
