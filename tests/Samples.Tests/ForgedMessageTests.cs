using System.Net;
using System.Text;
using System.Text.Json;

namespace Marketplace.Samples.Tests;

/// <summary>What the server would send passes at the samples, and with one character changed it does not.</summary>
public sealed class ForgedMessageTests(Market market)
{
    [Theory]
    [InlineData("order-pilot")]
    [InlineData("label-printer")]
    public async Task A_message_that_was_changed_is_refused(string plugin)
    {
        var installation = await market.Install(plugin, "orders.read", "logistics.write");
        await market.Send(TestOrders.Created(installation, "O-1", [1]), TestOrders.Paid(installation, "O-1"));
        var sequence = await market.SequenceOf(installation, "O-1", "order.paid");
        await market.Delivered(installation, sequence);
        var message = (
            await market.Client.Call(installation, HttpMethod.Post, "webhook/dry-run", new { sequence }, MarketplaceClient.NewKey())
        )
            .OrThrow()
            .Json;

        Assert.Equal(HttpStatusCode.NoContent, await Post(message));
        Assert.Equal(HttpStatusCode.Unauthorized, await Post(message, body => body.Replace("O-1", "O-2", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Post(message, header: ("webhook-id", "another")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Post(message, header: ("webhook-timestamp", "1700000000")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Post(message, header: ("webhook-signature", "v1,AAAA")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Post(message, header: ("webhook-signature", "")));
    }

    private async Task<HttpStatusCode> Post(
        JsonElement message,
        Func<string, string>? change = null,
        (string Name, string Value) header = default
    )
    {
        var body = message.GetProperty("body").GetString()!;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(message.GetProperty("url").GetString()!));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(change is null ? body : change(body)));
        foreach (
            var member in message
                .GetProperty("headers")
                .EnumerateObject()
                .Where(member => member.Name.StartsWith("webhook-", StringComparison.Ordinal))
        )
        {
            request.Headers.TryAddWithoutValidation(member.Name, member.Name == header.Name ? header.Value : member.Value.GetString());
        }

        using var answer = await market.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
