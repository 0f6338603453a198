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

    [Fact]
    public void What_every_thread_asks_for_is_never_missed_while_all_of_them_fill_the_cache()
    {
        const int Threads = 8;
        const int Entries = 20_000;

        // Half of it is more than one entry of each thread: between two turns somebody has asked.
        var cache = new GenerationalCache<int, string>(4 * Threads);
        cache.Set(-1, "asked for");
        var missed = 0;

        RunTogether(Threads, thread =>
        {
            for (var i = 0; i < Entries; i++)
            {
                cache.Set((thread * Entries) + i, "value");
                if (!cache.TryGet(-1, out _))
                {
                    Interlocked.Increment(ref missed);
                }
            }
        });

        Assert.Equal(0, missed);
        Assert.InRange(Enumerable.Range(-1, (Threads * Entries) + 1).Count(key => cache.TryGet(key, out _)), 1, 4 * Threads);
    }

    [Fact]
    public void What_is_removed_stays_removed_while_others_ask_for_it()
    {
        var cache = new GenerationalCache<int, string>(4);
        var (returned, ended) = (0, false);

        RunTogether(3, thread =>
        {
            while (thread > 0 && !Volatile.Read(ref ended))
            {
                cache.TryGet(-1, out _);
            }

            for (var i = 0; thread == 0 && i < 50_000; i++)
            {
                cache.Set(-1, "to be removed");
                cache.Set(2 * i, "makes it old");
                cache.Remove(-1);
                cache.Set((2 * i) + 1, "gives the others time");
                returned += cache.TryGet(-1, out _) ? 1 : 0;
                cache.Remove(-1);
            }

            Volatile.Write(ref ended, true);
        });

        Assert.Equal(0, returned);
    }

    private static void RunTogether(int count, Action<int> work)
    {
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() => work(number))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }
}
