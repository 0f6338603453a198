using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Grains.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Enterprises;

/// <summary>What a reviewer sees of documents, and what lies in the store.</summary>
internal static class DocumentClient
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    /// <summary>A reviewer looks at a document.</summary>
    public static async Task<(Answer Answer, byte[] Bytes, HttpResponseHeaders Headers)> View(
        this TestMarketplace marketplace,
        string licence,
        string kind,
        string reviewer = "reviewer-one",
        string? key = null
    )
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri($"/review/v1/entities/{licence}/documents/{kind}", UriKind.Relative)
        );
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await marketplace.Client.EntityReviewerToken());
        request.Headers.Add("X-Actor", reviewer);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await marketplace.Http.SendAsync(request, Ended);
        return (await Answer.Read(response), await response.Content.ReadAsByteArrayAsync(Ended), response.Headers);
    }

    /// <summary>The facts of an enterprise as its reviewers see them.</summary>
    public static async Task<IReadOnlyList<JsonElement>> History(this TestMarketplace marketplace, string licence) =>
        [.. (await marketplace.Client.Review(licence)).OrThrow().Json.GetProperty("history").EnumerateArray()];

    /// <summary>The ciphertexts of an enterprise.</summary>
    public static async Task<IReadOnlyList<byte[]>> Stored(this TestMarketplace marketplace, string licence)
    {
        var store = marketplace.Services.GetRequiredService<IDocumentStore>();
        var stored = new List<byte[]>();
        foreach (var id in await store.List($"{licence}/", 100, Ended))
        {
            if (id.StartsWith(licence, StringComparison.Ordinal))
            {
                stored.Add((await store.Read(id, Ended))!.Value.ToArray());
            }
        }

        return stored;
    }
}
