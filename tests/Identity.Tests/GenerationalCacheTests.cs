using Marketplace.Identity.Tokens;

namespace Marketplace.Identity.Tests;

public sealed class GenerationalCacheTests
{
    [Fact]
    public void Keeps_no_more_than_its_capacity_and_at_least_the_newest_half()
    {
        var cache = new GenerationalCache<int, string>(100);

        for (var i = 0; i < 10_000; i++)
        {
            cache.Set(i, "value");
        }

        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => cache.TryGet(i, out _)), 50, 100);
        Assert.True(cache.TryGet(9_999, out _));
    }

    [Fact]
    public void What_is_asked_for_stays()
    {
        var cache = new GenerationalCache<int, string>(100);
        cache.Set(-1, "asked for");

        for (var i = 0; i < 10_000; i++)
        {
            cache.Set(i, "value");
            Assert.True(cache.TryGet(-1, out _));
        }
    }

    [Fact]
    public void What_is_removed_is_gone_from_both_generations()
    {
        var cache = new GenerationalCache<int, string>(4);
        cache.Set(1, "old");
        cache.Set(2, "fills the young generation");
        cache.Remove(1);

        Assert.False(cache.TryGet(1, out _));
    }
}
