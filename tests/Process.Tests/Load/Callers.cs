using Marketplace.TestKit.Client;
using Xunit;

namespace Marketplace.Process.Tests.Load;

/// <summary>Concurrent callers, half of them on the busy installation: reads of orders and writes with idempotency keys.</summary>
internal sealed class Callers(Shop shop, CallHistory book)
{
    private const int Count = 32;
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMilliseconds(25);

    /// <summary>Calls until the server is gone or <paramref name="stop"/> is signalled; the call under way is waited for.</summary>
    /// <param name="seed">Of the callers' choices.</param>
    /// <param name="installations">How many of the shop's installations are called.</param>
    /// <param name="stop">Ends the load.</param>
    /// <returns>How many callers got no answer any more.</returns>
    public async Task<int> Run(int seed, int installations, CancellationToken stop) =>
        (
            await Task.WhenAll(
                Enumerable.Range(0, Count).Select(caller => Call(new Random(seed + caller), caller % 2 == 0, installations, stop))
            )
        ).Count(gone => gone);

    /// <summary>Repeats every unanswered write until it is answered.</summary>
    public Task RetryUnanswered() =>
        Parallel.ForEachAsync(book.Unanswered, new ParallelOptions { MaxDegreeOfParallelism = Count }, async (write, _) =>
            await Repeat(write)
        );

    /// <summary>Repeats acknowledged writes: each must be answered with its first receipt.</summary>
    public async Task RepeatAcknowledged(int count, Random random)
    {
        var acknowledged = book.Acknowledged.Values.Where(call => call.Key is not null).ToArray();
        random.Shuffle(acknowledged);
        foreach (var call in acknowledged.Take(count))
        {
            var answer = await Repeat(book.Writes[call.Key!]);
            if (!answer.Replayed || answer.Receipt != call.Receipt)
            {
                throw new InvalidOperationException($"The key of {call} was answered anew: {answer.Receipt}");
            }
        }
    }

    /// <summary>Every answered write was done once: its flag is on its order, and no flag is there twice.</summary>
    public async Task AssertOneFlagPerKey()
    {
        foreach (var order in book.Writes.Values.GroupBy(write => (write.Installation, write.Order)))
        {
            var answer = await Send(order.Key.Installation, order.Key.Order, write: null);
            while (!answer.IsSuccess)
            {
                await Task.Delay(AfterRefusal);
                answer = await Send(order.Key.Installation, order.Key.Order, write: null);
            }

            var notes = answer.Json.GetProperty("flags").EnumerateArray().Select(flag => flag.GetProperty("note").GetString());
            Assert.Equal(order.Select(write => write.Key).Order(StringComparer.Ordinal), notes.Order(StringComparer.Ordinal));
        }
    }

    private async Task<bool> Call(Random random, bool busy, int installations, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var installation = shop.Installations[busy ? 0 : random.Next(installations)];
            var order = Shop.Order(installation, random.Next(int.MaxValue));
            var write = random.Next(3) == 0 ? new KeyedWrite(installation, order, MarketplaceClient.NewKey()) : null;
            try
            {
                var answer = await Send(installation, order, write);
                if (!answer.IsSuccess)
                {
                    await Task.Delay(AfterRefusal, CancellationToken.None);
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
            {
                // The server is gone: whether this call was counted is what the ledger will tell.
                return true;
            }
        }

        return false;
    }

    private async Task<Answer> Repeat(KeyedWrite write)
    {
        while (true)
        {
            var answer = await Send(write.Installation, write.Order, write);
            if (answer.IsSuccess)
            {
                return answer;
            }

            await Task.Delay(AfterRefusal);
        }
    }

    private async Task<Answer> Send(string installation, string order, KeyedWrite? write)
    {
        book.Tries(installation, write);
        var answer = write is null
            ? await shop.Client.Get(installation, $"orders/{order}")
            : await shop.Client.Call(
                installation,
                HttpMethod.Post,
                $"orders/{order}/flags",
                new { kind = "other", note = write.Key },
                write.Key
            );
        book.Answered(installation, write, answer);
        return answer;
    }
}
