using CsCheck;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Webhooks;
using Marketplace.Webhooks.Sending;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Tests.Webhooks;

/// <summary>How the places for one host are shared out while some who hold them never leave.</summary>
public class SendPlacesTests
{
    private const int All = 64;
    private const int PerInstallation = 8;

    private static readonly Uri Host = new("https://gateway.example/hook");

    private readonly SendPlaces _places = Places(All);

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public void An_installation_gets_no_more_than_its_own_whatever_is_free()
    {
        var mine = Ask("s-1/p-1", 20);

        Assert.Equal(PerInstallation, mine.Count(place => place.IsCompleted));
        Assert.All(Ask("s-2/p-1", 3), place => Assert.True(place.IsCompleted));
    }

    [Fact]
    public void However_many_shops_of_a_plugin_hang_another_shop_of_it_and_another_plugin_find_a_place_at_once()
    {
        for (var shop = 0; shop < 10; shop++)
        {
            Ask($"hangs-{shop}/p-1", 12);
        }

        Assert.True(Ask("fine/p-1", 1)[0].IsCompleted);
        Assert.True(Ask("fine/p-2", 1)[0].IsCompleted);
    }

    [Fact]
    public void However_many_shops_of_two_plugins_hang_a_third_plugin_finds_a_place_at_once()
    {
        for (var shop = 0; shop < 100; shop++)
        {
            Ask($"hangs-{shop}/p-1", 2);
            Ask($"hangs-{shop}/p-2", 2);
        }

        Assert.True(Ask("fine/p-3", 1)[0].IsCompleted);
    }

    [Fact]
    public void Endpoints_that_are_probed_leave_three_quarters_to_all_others()
    {
        for (var shop = 0; shop < 100; shop++)
        {
            _ = _places.Enter(Turn($"away-{shop}/p-1", probe: true), Ended).AsTask();
        }

        var free = Enumerable.Range(0, 30).Select(shop => Ask($"fine-{shop}/p-1", 1)[0]).ToArray();
        Assert.All(free, place => Assert.True(place.IsCompleted));
    }

    [Fact]
    public void Other_hosts_and_ports_are_places_of_their_own()
    {
        for (var shop = 0; shop < 200; shop++)
        {
            Ask($"hangs-{shop}/p-{shop}", 8);
        }

        Assert.True(_places.Waiting > 0);
        foreach (var url in new[] { "https://gateway.example:8443/", "https://other.example/" })
        {
            Assert.True(
                _places.Enter(new SendTurn(InstallationId.Parse("hangs-1/p-1", null), new Uri(url), false), Ended).AsTask().IsCompleted,
                url
            );
        }
    }

    [Fact]
    public async Task A_place_that_becomes_free_goes_to_whoever_holds_the_least()
    {
        var places = Places(4);
        var held = await places.Enter(Turn("a/p-1"), Ended);
        await places.Enter(Turn("a/p-1"), Ended);
        await places.Enter(Turn("b/p-1"), Ended);
        var more = places.Enter(Turn("a/p-1"), Ended).AsTask();
        var first = places.Enter(Turn("c/p-1"), Ended).AsTask();
        Assert.Equal(2, places.Waiting);
        held.Dispose();

        await first;
        Assert.Equal(1, places.Waiting);
        Assert.False(more.IsCompleted);
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_its_turn_to_the_next()
    {
        var places = Places(1);
        var held = await places.Enter(Turn("a/p-1"), Ended);
        using var gone = new CancellationTokenSource();
        var left = places.Enter(Turn("b/p-1"), gone.Token).AsTask();
        var next = places.Enter(Turn("c/p-1"), Ended).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        held.Dispose();
        held.Dispose();

        (await next).Dispose();
        Assert.Equal(0, places.Waiting);
        (await places.Enter(Turn("d/p-1"), Ended)).Dispose();
    }

    [Fact]
    public void Whatever_comes_and_goes_nobody_waits_for_ever_and_no_share_is_passed() =>
        Gen.Select(Gen.Int[1, 40], Gen.Select(Gen.Int[0, 8], Gen.Int[0, 3], Gen.Bool).Array[1, 200], Gen.Int[0, 1_000].Array[400])
            .Sample(
                (all, turns, choices) =>
                {
                    var places = Places(all);
                    var open = turns
                        .Select(turn =>
                            (
                                Id: $"s-{turn.Item1}/p-{turn.Item2}",
                                Place: places.Enter(Turn($"s-{turn.Item1}/p-{turn.Item2}", turn.Item3), Ended).AsTask()
                            )
                        )
                        .ToList();
                    for (var step = 0; open.Count > 0; step++)
                    {
                        SpinWait.SpinUntil(
                            () => open.Count(one => one.Place.IsCompleted) == open.Count - places.Waiting,
                            TimeSpan.FromSeconds(30)
                        );
                        var held = open.Where(one => one.Place.IsCompleted).ToArray();
                        Assert.InRange(held.Length, 1, all);
                        Assert.All(held.GroupBy(one => one.Id), own => Assert.InRange(own.Count(), 1, PerInstallation));
                        var leaves = held[choices[step % choices.Length] % held.Length];
                        leaves.Place.Result.Dispose();
                        open.Remove(leaves);
                    }

                    Assert.Equal(0, places.Waiting);
                }
            );

    private static SendPlaces Places(int all) =>
        new(Options.Create(new WebhookOptions { ConnectionsPerEndpoint = all, ConnectionsPerInstallation = PerInstallation }));

    private static SendTurn Turn(string installation, bool probe = false) => new(InstallationId.Parse(installation, null), Host, probe);

    private Task<IDisposable>[] Ask(string installation, int times) =>
        [.. Enumerable.Range(0, times).Select(_ => _places.Enter(Turn(installation), Ended).AsTask())];
}
