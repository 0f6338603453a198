namespace Marketplace.Api.Tests.Http;

/// <summary>A form that cannot be read is the sender's fault: 400, and no stack trace in the log.</summary>
public sealed class UnreadableFormTests(TestMarketplace marketplace)
{
    private const string Form = "application/x-www-form-urlencoded";

    public static TheoryData<string, string, string> Broken =>
        new()
        {
            { "1,500 members", string.Concat(Enumerable.Repeat("a&", 1_500)), Form },
            { "a name of 3,000 characters", new string('k', 3_000) + "=1", Form },
            { "no boundary", "x", "multipart/form-data" },
            { "an endless boundary", "x", "multipart/form-data; boundary=" + new string('b', 300) },
            { "no parts", "--b\r\nxx\r\n", "multipart/form-data; boundary=b" },
            { "a part without an end", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx", "multipart/form-data; boundary=b" },
            {
                "a part with a long header",
                "--b\r\nX: " + new string('h', 20_000) + "\r\n\r\nx\r\n--b--",
                "multipart/form-data; boundary=b"
            },
        };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task It_is_refused(string what, string body, string type)
    {
        foreach (
            var path in new[]
            {
                "/connect/token",
                "/connect/introspect",
                "/connect/revoke",
                "/connect/authorize",
                "/connect/sign-in",
                "/ops/sign-in",
                "/demo/issuer/sign-in",
            }
        )
        {
            var answer = await marketplace.Http.Raw("POST", path, token: null, body.ToUtf8(), type);
            Assert.True(answer.Status == 400, $"{what} to {path}: {answer.Status}");
        }

        Assert.DoesNotContain(marketplace.Logs.Lines, line => line.Contains("InvalidDataException", StringComparison.Ordinal));
        Assert.DoesNotContain(marketplace.Logs.Lines, line => line.Contains("Multipart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_is_too_long_is_not_read()
    {
        var body = ("a=" + new string('x', 70_000)).ToUtf8();

        foreach (var path in new[] { "/connect/token", "/ops/sign-in" })
        {
            Assert.Equal(400, (await marketplace.Http.Raw("POST", path, token: null, body, Form)).Status);
        }
    }
}
