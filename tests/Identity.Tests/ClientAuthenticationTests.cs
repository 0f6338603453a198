using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Marketplace.Identity.Clients;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Tests;

/// <summary>How a client that cannot prove who it is gets answered, wherever it tries.</summary>
public sealed class ClientAuthenticationTests : IdentityTest
{
    private static readonly string[] Doors = ["/connect/token", "/connect/introspect", "/connect/revoke", "/connect/client-secret"];

    [Fact]
    public async Task Unknown_client_and_wrong_or_missing_secret_are_answered_alike_with_a_challenge()
    {
        await using var host = await IdentityHost.Start(Store);
        await host.Client("a-client", "platform");

        foreach (var door in Doors)
        {
            var bodies = new HashSet<string>(StringComparer.Ordinal);
            foreach (
                var (id, secret, isBasic) in new[]
                {
                    ("a-client", "wrong", false),
                    ("nobody", "wrong", false),
                    ("a-client", "wrong", true),
                    ("nobody", "wrong", true),
                }
            )
            {
                using var answer = await Send(host, door, id, secret, isBasic);

                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                Assert.Equal("Basic", answer.Headers.WwwAuthenticate.Single().Scheme);
                Assert.True(answer.Headers.CacheControl!.NoStore);
                bodies.Add(await answer.Content.ReadAsStringAsync(Ended));
            }

            Assert.Contains("\"invalid_client\"", Assert.Single(bodies), StringComparison.Ordinal);
            using var known = await Send(host, door, "a-client", "", false);
            using var unknown = await Send(host, door, "nobody", "", false);
            Assert.False(known.IsSuccessStatusCode);
            Assert.Equal(known.StatusCode, unknown.StatusCode);
            Assert.Equal(await known.Content.ReadAsStringAsync(Ended), await unknown.Content.ReadAsStringAsync(Ended));
        }
    }

    [Fact]
    public async Task A_secret_of_nobody_costs_the_same_check()
    {
        await using var host = await IdentityHost.Start(Store);
        await host.Client("a-client", "platform");
        await using var scope = host.Services.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        var real = new OpenIddictApplicationDescriptor();
        await applications.PopulateAsync(real, (await applications.FindByClientIdAsync("a-client", Ended))!, Ended);

        // Format, hash function, rounds and the salt's length stand in front; what follows is random.
        var (known, unknown) = (
            Convert.FromBase64String(real.ClientSecret!),
            Convert.FromBase64String(UnknownClient.Instance.ClientSecret!)
        );
        Assert.Equal(known.Length, unknown.Length);
        Assert.Equal(known[..13], unknown[..13]);
        Assert.False(await applications.ValidateClientSecretAsync(UnknownClient.Instance, "wrong", Ended));
    }

    [Theory]
    [InlineData("/connect/token", "token")]
    [InlineData("/connect/introspect", "introspection")]
    [InlineData("/connect/revoke", "revocation")]
    [InlineData("/connect/client-secret", "client-secret")]
    [InlineData("/ops/sign-in", "operator-sign-in")]
    public async Task Guesses_are_slowed_at_every_door_and_become_one_fact(string path, string door)
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("the-operator", "operator");
        for (var attempt = 0; attempt < SecretAttempts.OfPair.Most; attempt++)
        {
            using var wrong = await Send(host, path, "the-operator", $"guess-{attempt}", false);
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        // Not even the right one is looked at now, at no door.
        foreach (var other in Doors.Append("/ops/sign-in"))
        {
            using var slowed = await Send(host, other, "the-operator", secret, false);
            Assert.Equal(HttpStatusCode.TooManyRequests, slowed.StatusCode);
            Assert.Equal(SecretAttempts.OfPair.Each, slowed.Headers.RetryAfter!.Delta);
            Assert.False(slowed.Headers.Contains("Set-Cookie"));
        }

        Assert.Equal(("the-operator", door, "127.0.0.1"), Assert.Single(host.Installations.Slowed));
        host.Time.Advance(SecretAttempts.OfPair.Each);
        using var right = await Send(host, "/connect/token", "the-operator", secret, false);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task Guesses_sent_together_do_not_all_pass()
    {
        await using var host = await IdentityHost.Start(Store);
        await host.Client("a-client", "platform");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(n => Send(host, "/connect/token", "a-client", $"guess-{n}", false))
        );

        Assert.InRange(
            answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized),
            SecretAttempts.OfPair.Most,
            SecretAttempts.OfPair.Most + 3
        );
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.Unauthorized), answer =>
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode)
        );
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Refusals_are_counted_by_door_and_reason()
    {
        await using var host = await IdentityHost.Start(Store);
        await host.Client("a-client", "platform");
        var scope = host.Services.GetRequiredService<IMeterFactory>();
        var counted = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Name == "marketplace.client.authentications.refused" && instrument.Meter.Scope == scope)
                {
                    own.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, _, tags, _) => counted.Enqueue(string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")))
        );
        listener.Start();

        for (var attempt = 0; attempt <= SecretAttempts.OfPair.Most; attempt++)
        {
            using var answer = await Send(host, "/connect/token", "a-client", "wrong", false);
        }

        var wrong = Enumerable.Repeat("door=token reason=wrong", SecretAttempts.OfPair.Most);
        Assert.Equal(wrong.Append("door=token reason=slowed"), counted);
    }

    private static async Task<HttpResponseMessage> Send(IdentityHost host, string path, string id, string secret, bool isBasic)
    {
        KeyValuePair<string, string>[] own = isBasic ? [] : [new("client_id", id), new("client_secret", secret)];
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("token", "x"), .. own]),
        };
        request.Headers.Add("Origin", host.Address.GetLeftPart(UriPartial.Authority));
        if (isBasic)
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{id}:{secret}")));
        }

        return await host.Http.SendAsync(request, Ended);
    }
}
