using System.Net;
using Marketplace.Identity.Clients;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Identity.Tests;

/// <summary>Who is slowed by wrong secrets, and for how long.</summary>
public sealed class SecretAttemptsTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress There = IPAddress.Parse("198.51.100.1");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero));
    private readonly SecretAttempts _attempts;

    public SecretAttemptsTests() => _attempts = new SecretAttempts(_time);

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public void A_client_is_slowed_at_one_address_and_goes_on_one_by_one()
    {
        var (most, each) = SecretAttempts.OfPair;
        for (var attempt = 1; attempt <= most; attempt++)
        {
            Assert.Null(_attempts.Wait("a", Here));
            Assert.Equal(attempt == most, _attempts.Failed("a", Here));
        }

        Assert.Equal(each, _attempts.Wait("a", Here));
        Assert.Null(_attempts.Wait("a", There));
        Assert.Null(_attempts.Wait("b", Here));

        _time.Advance(each);
        Assert.Null(_attempts.Wait("a", Here));
        Assert.True(_attempts.Failed("a", Here));
        Assert.Equal(each, _attempts.Wait("a", Here));
    }

    [Fact]
    public void However_many_come_the_wait_is_never_longer_than_one_place()
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            _attempts.Failed("a", Here);
        }

        Assert.InRange(_attempts.Wait("a", Here)!.Value, TimeSpan.FromTicks(1), SecretAttempts.OfPair.Each);
    }

    [Fact]
    public void One_address_that_tries_many_clients_is_slowed_for_all_but_those_that_proved_themselves_there()
    {
        _attempts.Succeeded("neighbour", Here);
        for (var attempt = 0; attempt < SecretAttempts.OfAddress.Most; attempt++)
        {
            _attempts.Failed($"client-{attempt}", Here);
        }

        Assert.Equal(SecretAttempts.OfAddress.Each, _attempts.Wait("another", Here));
        Assert.Null(_attempts.Wait("another", There));
        Assert.Null(_attempts.Wait("neighbour", Here));
    }

    [Fact]
    public void Many_addresses_that_try_one_client_slow_it_everywhere_but_where_it_proved_itself()
    {
        _attempts.Succeeded("a", There);
        for (var attempt = 0; attempt < SecretAttempts.OfClient.Most; attempt++)
        {
            _attempts.Failed("a", IPAddress.Parse($"203.0.113.{attempt}"));
        }

        Assert.Equal(SecretAttempts.OfClient.Each, _attempts.Wait("a", Here));
        Assert.Null(_attempts.Wait("a", There));
        Assert.Null(_attempts.Wait("b", Here));

        // A day later the proof is too old.
        _time.Advance(TimeSpan.FromHours(25));
        for (var attempt = 0; attempt < SecretAttempts.OfClient.Most; attempt++)
        {
            _attempts.Failed("a", IPAddress.Parse($"203.0.113.{attempt}"));
        }

        Assert.NotNull(_attempts.Wait("a", There));
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void A_network_of_64_bits_is_one_address(string one, string other, bool isSame)
    {
        for (var attempt = 0; attempt < SecretAttempts.OfPair.Most; attempt++)
        {
            _attempts.Failed("a", IPAddress.Parse(one));
        }

        Assert.Equal(isSame, _attempts.Wait("a", IPAddress.Parse(other)) is not null);
    }

    [Fact]
    public async Task Many_at_once_are_looked_at_a_few_at_a_time_and_a_proven_client_waits_for_nobody()
    {
        var first = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => _attempts.Turn("a", Here, TestContext.Current.CancellationToken))
        );
        var next = _attempts.Turn("a", Here, TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);

        first[0]!.Dispose();
        (await next)!.Dispose();
        _attempts.Succeeded("a", Here);
        Assert.Null(await _attempts.Turn("a", Here, TestContext.Current.CancellationToken));
    }
}
