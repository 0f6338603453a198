using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Grains.Ports;
using Marketplace.Installations;

namespace Marketplace.Api.Tests.Webhooks;

/// <summary>The sender against receivers that do what they should not.</summary>
public class PluginWebhookSenderTests
{
    private static readonly string[] Public = ["93.184.215.14"];

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_signed_request_is_made_and_2xx_takes_it()
    {
        await using var bench = new SenderBench();
        var request = string.Empty;
        await using var server = LoopbackServer.Start(connection =>
        {
            request = connection.Request;
            return connection.Write(Answers.Of(200, "ok"));
        });
        var result = await bench.Send(bench.Message(server.Url, """{"a":"ä"}""", "evt_7") with { Attempt = 3, Replay = "rpl_1" });

        Assert.True(result is { IsAccepted: true, Error: null, Status: 200, RetryAfter: null }, result.ToString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("ok"u8)), result.ResponseHash);
        Assert.True(result.Latency > TimeSpan.Zero);
        Assert.Equal(1, server.Requests);
        Assert.StartsWith("POST /hook HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Equal("evt_7", Header(request, "webhook-id"));
        Assert.Equal("3", Header(request, "marketplace-attempt"));
        Assert.Equal("rpl_1", Header(request, "marketplace-replay"));
        Assert.Equal("application/cloudevents+json; charset=utf-8", Header(request, "content-type"));
        Assert.Equal("Marketplace-Webhooks/1.0", Header(request, "user-agent"));
        Assert.Null(Header(request, "traceparent"));
        Assert.InRange(
            DateTimeOffset.FromUnixTimeSeconds(
                long.Parse(Header(request, "webhook-timestamp")!, System.Globalization.CultureInfo.InvariantCulture)
            ),
            DateTimeOffset.UnixEpoch.AddYears(50),
            DateTimeOffset.MaxValue
        );
        Assert.Matches("^v1,[A-Za-z0-9+/]{43}= v1a,[A-Za-z0-9+/]{86}==$", Header(request, "webhook-signature")!);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", null, 200)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", null, 204)]
    [InlineData("HTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n", null, 299)]
    [InlineData("HTTP/1.1 300 Multiple\r\nContent-Length: 0\r\n\r\n", "redirect", 300)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data\r\nContent-Length: 0\r\n\r\n", "redirect", 302)]
    [InlineData("HTTP/1.1 307 Temporary\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", "redirect", 307)]
    [InlineData("HTTP/1.1 304 Not Modified\r\n\r\n", "redirect", 304)]
    [InlineData("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n", "status", 400)]
    [InlineData("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n", "status", 401)]
    [InlineData("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n", "status", 407)]
    [InlineData("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", "gone", 410)]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "status", 500)]
    [InlineData("HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", "status", 999)]
    public async Task The_status_decides_and_one_request_is_one_attempt(string answer, string? error, int status)
    {
        await using var bench = new SenderBench();
        await using var server = LoopbackServer.Start(answer);
        var result = await bench.Send(bench.Message(server.Url));

        Assert.Equal((error, status, 1), (result.Error, result.Status, server.Requests));
    }

    [Theory]
    [InlineData(429, "Retry-After: 120", 120)]
    [InlineData(503, "Retry-After: 1", 1)]
    [InlineData(503, "Retry-After: 999999999", 86_400)]
    [InlineData(429, "Retry-After: Thu, 31 Dec 2099 23:59:59 GMT", 86_400)]
    [InlineData(429, "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT", 1)]
    [InlineData(429, "Retry-After: 0", 1)]
    [InlineData(429, "Retry-After: -5", null)]
    [InlineData(429, "Retry-After: soon", null)]
    [InlineData(429, "Retry-After: 99999999999999999999", null)]
    [InlineData(429, "X: y", null)]
    [InlineData(500, "Retry-After: 120", null)]
    [InlineData(200, "Retry-After: 120", null)]
    public async Task Retry_After_counts_with_429_and_503_and_at_most_a_day(int status, string header, int? seconds)
    {
        await using var bench = new SenderBench();
        await using var server = LoopbackServer.Start(Answers.Of(status, "", header));

        Assert.Equal(seconds, (await bench.Send(bench.Message(server.Url))).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task Retry_After_as_a_date_is_the_time_until_then()
    {
        await using var bench = new SenderBench();
        var until = TimeProvider.System.GetUtcNow().AddMinutes(10);
        await using var server = LoopbackServer.Start(Answers.Of(503, "", $"Retry-After: {until:R}"));

        Assert.InRange((await bench.Send(bench.Message(server.Url))).RetryAfter!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public Task A_receiver_that_never_answers_is_given_up_in_time() => Fails(connection => connection.Hang(), "timeout");

    [Fact]
    public Task A_status_line_that_comes_drop_by_drop_is_given_up_in_time() =>
        Fails(
            async connection =>
            {
                while (true)
                {
                    await connection.Write("H");
                    await Task.Delay(100, connection.Stop);
                }
            },
            "timeout",
            "bad-answer"
        );

    [Fact]
    public Task Headers_that_do_not_end_are_given_up_in_time() =>
        Fails(
            async connection =>
            {
                await connection.Write("HTTP/1.1 200 OK\r\n");
                for (var i = 0; ; i++)
                {
                    await connection.Write(FormattableString.Invariant($"X-{i}: y\r\n"));
                    await Task.Delay(50, connection.Stop);
                }
            },
            "timeout"
        );

    [Fact]
    public Task Too_many_headers_are_no_answer() =>
        Fails(connection => connection.Write($"HTTP/1.1 200 OK\r\nX: {new string('y', 100_000)}\r\n\r\n"), "bad-answer");

    [Fact]
    public Task A_reset_is_no_answer() =>
        Fails(
            connection =>
            {
                connection.Reset();
                return Task.CompletedTask;
            },
            "bad-answer"
        );

    [Fact]
    public Task A_goodbye_without_an_answer_is_no_answer() =>
        Fails(
            connection =>
            {
                connection.Close();
                return Task.CompletedTask;
            },
            "bad-answer"
        );

    [Theory]
    [InlineData("\0\u0001\u0002 no HTTP at all \r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    public Task Garbage_is_no_answer_or_says_its_status(string answer) =>
        Fails(
            async connection =>
            {
                await connection.Write(answer);
                connection.Close();
            },
            "bad-answer",
            null
        );

    [Fact]
    public async Task Of_a_body_without_end_the_first_kilobyte_is_read()
    {
        await using var bench = new SenderBench();
        var sent = 0L;
        await using var server = LoopbackServer.Start(async connection =>
        {
            await connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
            var part = new string('z', 10_000);
            while (true)
            {
                await connection.Write(part);
                Interlocked.Add(ref sent, part.Length);
            }
        });
        var result = await bench.Send(bench.Message(server.Url));

        Assert.True(result.IsAccepted, result.ToString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(new string('z', 1_024)))), result.ResponseHash);

        // What the sockets buffer between the two, and no more.
        Assert.InRange(Interlocked.Read(ref sent), 0, 20_000_000);
    }

    [Fact]
    public async Task A_body_that_never_comes_takes_nothing_back()
    {
        await using var bench = new SenderBench();
        await using var server = LoopbackServer.Start(async connection =>
        {
            await connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123");
            await connection.Hang();
        });
        var result = await bench.SendQuickly(server.Url);

        Assert.Equal((null, 200, null), (result.Error, result.Status, result.ResponseHash));
    }

    [Fact]
    public async Task Nothing_listens_is_unreachable()
    {
        await using var bench = new SenderBench();
        var url = FormattableString.Invariant($"http://127.0.0.1:{TestKit.Processes.FreePort.Next()}/");

        Assert.Equal("unreachable", (await bench.Send(bench.Message(url))).Error);
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_told_so()
    {
        await using var bench = new SenderBench((_, _) => throw new SocketException((int)SocketError.HostNotFound));

        Assert.Equal("name-not-found", (await bench.Send(bench.Message("https://plugin.example/"))).Error);
    }

    [Fact]
    public async Task A_certificate_that_nobody_issued_is_a_failure_of_TLS()
    {
        await using var bench = new SenderBench();
        await using var server = LoopbackServer.StartSelfSigned();

        Assert.Equal("tls", (await bench.Send(bench.Message(server.SecureUrl))).Error);
        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public async Task A_server_that_speaks_no_TLS_is_a_failure_of_TLS()
    {
        await using var bench = new SenderBench();
        await using var server = LoopbackServer.Start(async connection => await connection.Write(Answers.NoContent));
        var result = await bench.SendQuickly(server.SecureUrl);

        // It may also wait for more of a request that never comes.
        Assert.Contains(result.Error, new[] { "tls", "timeout" });
        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public async Task A_secret_that_cannot_be_opened_is_our_own_fault()
    {
        await using var bench = new SenderBench();
        await using var server = LoopbackServer.Start(Answers.NoContent);
        var result = await bench.Send(bench.Message(server.Url) with { Secrets = ["AAAA"] });

        Assert.Equal(("internal", 0), (result.Error, server.Connections));
    }

    [Fact]
    public async Task Only_the_callers_end_is_thrown()
    {
        await using var bench = new SenderBench();
        await using var server = LoopbackServer.Start(connection => connection.Hang());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        stop.CancelAfter(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Sender.Send(bench.Message(server.Url), stop.Token));
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/hook")]
    [InlineData("https://127.0.0.1:{0}/hook")]
    [InlineData("https://localhost:{0}/hook")]
    [InlineData("https://[::ffff:127.0.0.1]:{0}/hook")]
    public async Task A_forbidden_address_is_not_even_connected_to(string pattern)
    {
        await using var bench = new SenderBench(null, ("AllowLoopback", "false"));
        await using var server = LoopbackServer.Start(Answers.NoContent);
        var url = string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, server.Port);

        Assert.Equal("forbidden-address", (await bench.Send(bench.Message(url))).Error);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task A_name_that_leads_elsewhere_after_it_was_checked_is_not_connected_to()
    {
        await using var server = LoopbackServer.Start(Answers.NoContent);
        await using var bench = new SenderBench(
            SenderBench.Leading(Public, ["127.0.0.1"]),
            ("AllowLoopback", "false"),
            ("Ports:0", Digits(server.Port))
        );
        var url = FormattableString.Invariant($"https://rebind.example:{server.Port}/hook");

        Assert.Null(await bench.Guard.Check(new Uri(url), Ended));
        Assert.Equal("forbidden-address", (await bench.Send(bench.Message(url))).Error);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task The_address_that_was_checked_is_the_one_that_is_connected_to()
    {
        await using var server = LoopbackServer.Start(Answers.NoContent);

        // Nobody but the lookup knows the name, so a second look-up elsewhere would fail.
        await using var bench = new SenderBench(SenderBench.Leading(["127.0.0.1"]), ("Ports:0", Digits(server.Port)));
        var result = await bench.Send(
            bench.Message(FormattableString.Invariant($"https://only-here.example:{server.Port}/hook")) with
            {
                Timeout = TimeSpan.FromSeconds(2),
            }
        );

        Assert.Contains(result.Error, new[] { "tls", "timeout" });
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Connections_are_kept_and_used_again()
    {
        await using var bench = new SenderBench();
        await using var server = LoopbackServer.Start(Answers.Of(200, new string('b', 40_000)));
        for (var i = 0; i < 20; i++)
        {
            Assert.True((await bench.Send(bench.Message(server.Url))).IsAccepted);
        }

        Assert.Equal((1, 20), (server.Connections, server.Requests));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_meets_a_connection_which_its_receiver_closes_after_an_answer_is_made_once_more_on_a_new_one(bool reset)
    {
        await using var bench = new SenderBench();
        var answered = new System.Collections.Concurrent.ConcurrentDictionary<LoopbackServer.Connection, bool>();
        await using var server = LoopbackServer.Start(async connection =>
        {
            // The second one on a connection crosses with its end.
            if (answered.TryAdd(connection, true))
            {
                await connection.Write(Answers.NoContent);
            }
            else if (reset)
            {
                connection.Reset();
            }
            else
            {
                connection.Close();
            }
        });

        for (var i = 0; i < 4; i++)
        {
            Assert.True((await bench.Send(bench.Message(server.Url))).IsAccepted);
        }

        Assert.Equal((4, 6), (server.Connections, server.Requests));
    }

    [Fact]
    public async Task A_receiver_that_ends_every_connection_without_an_answer_is_asked_twice_at_most()
    {
        await using var bench = new SenderBench();
        var requests = 0;
        await using var server = LoopbackServer.Start(async connection =>
        {
            if (Interlocked.Increment(ref requests) == 1)
            {
                await connection.Write(Answers.NoContent);
                return;
            }

            connection.Close();
        });

        Assert.True((await bench.Send(bench.Message(server.Url))).IsAccepted);
        Assert.Equal("bad-answer", (await bench.Send(bench.Message(server.Url))).Error);
        Assert.Equal(3, server.Requests);
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nok")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.0 204 No Content\r\nServer: SimpleHTTP/0.6\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123")]
    public async Task Answers_in_HTTP_1_0_and_connections_that_end_after_an_answer_are_no_failures(string answer)
    {
        await using var bench = new SenderBench();
        await using var server = LoopbackServer.Start(async connection =>
        {
            await connection.Write(answer);
            connection.Close();
        });

        // Several at once and one after the other, so that some come just when a connection ends.
        for (var round = 0; round < 20; round++)
        {
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => bench.Send(bench.Message(server.Url)))), result =>
                Assert.True(result.IsAccepted, result.ToString())
            );
        }
    }

    [Fact]
    public async Task Who_waits_for_a_place_has_all_its_time_when_it_gets_one()
    {
        await using var bench = new SenderBench(null, ("ConnectionsPerEndpoint", "1"));
        await using var server = LoopbackServer.Start(Answers.NoContent);
        var turn = new SendTurn(InstallationId.Parse("s-1/p-1", null), new Uri(server.Url), false);
        var held = await bench.Sender.Enter(turn, Ended);
        var waits = bench.Sender.Enter(turn with { Holder = "s-2/p-2" }, Ended).AsTask();
        Assert.False(waits.IsCompleted);
        held.Dispose();
        using var place = await waits;

        var result = await bench.Send(bench.Message(server.Url));
        Assert.True(result.IsAccepted && result.Latency < TimeSpan.FromSeconds(10), result.ToString());
    }

    [Fact]
    public async Task Cookies_are_neither_kept_nor_sent()
    {
        await using var bench = new SenderBench();
        var requests = new List<string>();
        await using var server = LoopbackServer.Start(connection =>
        {
            requests.Add(connection.Request);
            return connection.Write(Answers.Of(200, "", "Set-Cookie: a=b; Path=/"));
        });
        await bench.Send(bench.Message(server.Url));
        await bench.Send(bench.Message(server.Url));

        Assert.Equal(2, requests.Count);
        Assert.All(requests, request => Assert.Null(Header(request, "cookie")));
    }

    [Theory]
    [InlineData("ConnectionsPerEndpoint", "0")]
    [InlineData("ConnectionsPerInstallation", "0")]
    [InlineData("ConnectionLifetime", "00:00:00")]
    [InlineData("IdleTime", "01:00:00")]
    [InlineData("Ports:0", "0")]
    [InlineData("Ports:0", "65536")]
    [InlineData("UserAgent", "two words")]
    [InlineData("UserAgent", "")]
    public async Task A_setting_out_of_bounds_is_refused(string name, string value)
    {
        await using var bench = new SenderBench(null, (name, value));

        Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => bench.Sender);
    }

    private static async Task Fails(Func<LoopbackServer.Connection, Task> answer, params string?[] errors)
    {
        await using var bench = new SenderBench();
        await using var server = LoopbackServer.Start(answer);
        var result = await bench.SendQuickly(server.Url);

        Assert.Contains(result.Error, errors);
        Assert.Equal(1, server.Requests);
        Assert.InRange(result.Latency, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static string Digits(int port) => port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string? Header(string request, string name) =>
        Regex.Match(request, $"^{name}: (.*?)\r$", RegexOptions.IgnoreCase | RegexOptions.Multiline) is { Success: true } match
            ? match.Groups[1].Value
            : null;
}
