using System.Text;
using System.Text.Json.Nodes;

namespace Marketplace.Api.Tests.Matrix;

/// <summary>Every endpoint that reads a body with every kind of wrong one: refused with the right problem, and nothing changed.</summary>
public class BodyMatrixTests(TestMarketplace marketplace) : IAsyncLifetime
{
    private MarketplaceClient Client => marketplace.Client;

    public async ValueTask InitializeAsync() => await MatrixSeller.Make(marketplace);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public Task Garbage_is_refused() =>
        NothingChanges(async row =>
        {
            foreach (var (name, body) in GarbageBodies.All.Where(garbage => !row.BodyMayMiss || garbage.Body.Length > 0))
            {
                var answer = await Send(row, body);
                if (row.Role != "platform" || !IsBatch(answer))
                {
                    answer.Answer.IsProblem($"{row.Name} with {name}");
                    Assert.True(answer.Status is 400 or 422, $"{row.Name} with {name}: {answer.Answer}");
                }
            }
        });

    [Fact]
    public Task A_member_of_a_wrong_type_is_refused() =>
        NothingChanges(
            async row =>
            {
                foreach (var value in GarbageBodies.Values.Except(["\"\""]))
                {
                    foreach (var body in Spoilt(row.Body!, value))
                    {
                        (await Send(row, Encoding.UTF8.GetBytes(body))).Answer.IsProblem($"{row.Name} with {body}");
                    }
                }
            },
            row => row.Role == "plugin"
        );

    [Fact]
    public Task A_setting_of_a_wrong_type_is_refused() =>
        NothingChanges(
            async row =>
            {
                // These three are what a member may be, too: no grants, no reason, a cap of almost nothing.
                string[] mayBe = ["[]", "\"\"", "\"\\u0000\""];
                foreach (var value in GarbageBodies.Values.Except(mayBe))
                {
                    foreach (var body in Spoilt(row.Body!, value))
                    {
                        var answer = await Send(row, Encoding.UTF8.GetBytes(body));
                        answer.Answer.IsProblem($"{row.Name} with {body}");
                    }
                }
            },
            row => row.Role == "seller-center"
        );

    [Fact]
    public Task A_member_given_twice_is_refused() =>
        NothingChanges(
            async row =>
            {
                var name = JsonNode.Parse(row.Body!)!.AsObject().FirstOrDefault().Key ?? "more";
                var answer = await Send(row, Encoding.UTF8.GetBytes($$"""{"{{name}}":null,{{row.Body![1..]}}"""));
                answer.IsProblem(400, "body-invalid", row.Name);
            },
            row => row.Role != "platform"
        );

    [Fact]
    public Task A_body_that_is_too_long_is_refused() =>
        NothingChanges(async row =>
        {
            foreach (var length in new[] { row.LongestBody + 1, 6 * 1024 * 1024 })
            {
                var answer = await Send(row, Encoding.UTF8.GetBytes(row.Body!.PadRight(length)));
                answer.IsProblem(413, "body-too-large", $"{row.Name} with {length} bytes");
            }
        });

    [Fact]
    public Task A_body_without_a_length_is_refused_once_it_is_too_long() =>
        NothingChanges(
            async row =>
            {
                using var body = new ByteArrayContent(row.Body!.PadRight(row.LongestBody + 1).ToUtf8());
                body.Headers.ContentType = new("application/json");
                using var request = new HttpRequestMessage(new HttpMethod(row.Method), row.Path) { Content = body };
                request.Headers.TransferEncodingChunked = true;
                request.Headers.Authorization = new("Bearer", await Token(row));
                using var response = await marketplace.Http.SendAsync(request, TestContext.Current.CancellationToken);
                (await Answer.Read(response)).IsProblem(413, "body-too-large", row.Name);
            },
            row => row.Role != "platform"
        );

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("no media type")]
    [InlineData("application/jsonx")]
    public Task A_body_of_another_media_type_is_refused(string mediaType) =>
        NothingChanges(async row => (await Send(row, row.Bytes!, mediaType)).IsProblem(415, "media-type-unsupported", row.Name));

    [Theory]
    [InlineData("")]
    [InlineData("schlüssel")]
    [InlineData("long")]
    public Task A_wrong_idempotency_key_is_refused(string key) =>
        NothingChanges(
            async row =>
            {
                var value = key == "long" ? new string('k', 256) : key;
                var answer = await marketplace.Http.Raw(
                    row.Method,
                    row.Path,
                    await Token(row),
                    row.Bytes,
                    "application/json",
                    ("Idempotency-Key", value)
                );
                answer.IsProblem(400, "idempotency-key-invalid", row.Name);
            },
            row => row.Role != "platform"
        );

    private static bool IsBatch(Exchange answer) => answer.Status == 200 && answer.Answer.Json.GetProperty("accepted").GetInt32() == 0;

    /// <summary>The body with each of its members, one at a time, replaced.</summary>
    private static IEnumerable<string> Spoilt(string body, string value)
    {
        foreach (var name in JsonNode.Parse(body)!.AsObject().Select(member => member.Key))
        {
            var members = JsonNode
                .Parse(body)!
                .AsObject()
                .Select(member => $"\"{member.Key}\":{(member.Key == name ? value : member.Value?.ToJsonString() ?? "null")}");
            yield return $"{{{string.Join(',', members)}}}";
        }
    }

    private async Task NothingChanges(Func<EndpointRow, Task> send, Func<EndpointRow, bool>? which = null)
    {
        var before = await LogExports.ReadAll(Client);
        foreach (var row in EndpointTable.WithBody.Where(which ?? (_ => true)))
        {
            await send(row);
        }

        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    private async Task<Exchange> Send(EndpointRow row, byte[] body, string mediaType = "application/json") =>
        await marketplace.Http.Raw(row.Method, row.Path, await Token(row), body, mediaType);

    private Task<string> Token(EndpointRow row) =>
        row.Role switch
        {
            "platform" => Client.PlatformToken(),
            "seller-center" => Client.SellerCenterToken(),
            "seller-user" => Client.UserToken(EndpointTable.Seller),
            "entity-reviewer" => Client.EntityReviewerToken(),
            "operator" => Client.OperatorToken(),
            "developer-user" or "security-reviewer" or "business-reviewer" => marketplace.FreshToken(row.Role),
            "plugin-client" => marketplace.FreshToken("plugin-client"),
            _ => Client.PluginToken(EndpointTable.Installation),
        };
}
