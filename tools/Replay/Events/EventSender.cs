using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Marketplace.Replay.Dataset;
using Marketplace.Replay.Http;

namespace Marketplace.Replay.Events;

/// <summary>
/// Sends a dataset in batches. A seller belongs to one worker, which sends one batch at a time, so a seller's events arrive in order;
/// different sellers run in parallel.
/// </summary>
/// <remarks><c>accepted</c>: called with each batch's events once the server has acknowledged them; from any thread.</remarks>
internal sealed class EventSender(
    ApiClient api,
    TokenSource token,
    IDataset dataset,
    ReplayOptions options,
    EventCounts counts,
    Action<IReadOnlyList<(string Seller, SellerEvent Event)>>? accepted = null
)
{
    private static readonly Uri Route = new("platform/v1/events", UriKind.Relative);

    public async Task Send(Action<long> progress, CancellationToken cancellationToken)
    {
        var sellers = Channel.CreateUnbounded<SellerSize>();
        foreach (var seller in dataset.Sellers)
        {
            sellers.Writer.TryWrite(seller);
        }

        sellers.Writer.Complete();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => Guarded(sellers.Reader, progress, failed)));
    }

    private async Task Guarded(ChannelReader<SellerSize> sellers, Action<long> progress, CancellationTokenSource failed)
    {
        try
        {
            await Work(sellers, progress, failed.Token);
        }
        catch (ReplayException)
        {
            // The other workers would only exhaust their patience with the same server.
            await failed.CancelAsync();
            throw;
        }
    }

    private async Task Work(ChannelReader<SellerSize> sellers, Action<long> progress, CancellationToken cancellationToken)
    {
        using var batch = new EventBatch(dataset.Source, options.Batch);
        var held = new List<(string Seller, SellerEvent Event)>();
        await Task.Yield();
        while (sellers.TryRead(out var seller))
        {
            foreach (var e in Timeline.Of(dataset, seller.Seller))
            {
                batch.Add(seller.Seller, e);
                held.Add((seller.Seller, e));
                if (batch.IsFull)
                {
                    await Flush(batch, held, cancellationToken);
                }
            }

            progress(seller.Orders);
        }

        if (batch.Count > 0)
        {
            await Flush(batch, held, cancellationToken);
        }
    }

    private async Task Flush(EventBatch batch, List<(string Seller, SellerEvent Event)> held, CancellationToken cancellationToken)
    {
        var sent = batch.Count;
        var call = new ApiCall("events", HttpMethod.Post, Route)
        {
            Body = batch.Take(),
            ContentType = "application/cloudevents-batch+json",
            RepeatIsHarmless = true,
        };
        var answer = await api.Send(call, token, cancellationToken);
        if (answer.Status != HttpStatusCode.OK || answer.Json is not { ValueKind: JsonValueKind.Object } json)
        {
            throw new ReplayException(
                string.Create(CultureInfo.InvariantCulture, $"a batch of {sent} events was answered {answer.Outcome}: {answer.Detail}")
            );
        }

        counts.Add(sent, json);
        accepted?.Invoke(held);
        held.Clear();
    }
}
