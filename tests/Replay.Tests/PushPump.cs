using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Marketplace.Replay.Tests;

/// <summary>Posts one installation's events one after the other, each until it is taken or given up.</summary>
internal sealed class PushPump : IAsyncDisposable
{
    private static readonly byte[] Key = SHA256.HashData("test"u8);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly PluginFeed _feed;
    private readonly Faults _faults;
    private readonly int _batch;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;

    public PushPump(PluginFeed feed, Faults faults, int batch, TimeSpan timeout)
    {
        (_feed, _faults, _batch) = (feed, faults, batch);
        _http = new HttpClient { Timeout = timeout };
        _work = Work();
    }

    public static string Secret => $"whsec_{Convert.ToBase64String(Key)}";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        _http.Dispose();
        _end.Dispose();
    }

    private async Task Work()
    {
        await Task.Yield();
        while (!_end.IsCancellationRequested)
        {
            var next = _feed.Peek(_batch);
            if (next.Count == 0)
            {
                await Task.Delay(Pause, CancellationToken.None);
                continue;
            }

            await Deliver(next);
        }
    }

    private async Task Deliver(List<JsonObject> events)
    {
        for (var attempt = 1; !_end.IsCancellationRequested && !_feed.Parked; attempt++)
        {
            var status = await Post(events);
            if (status is >= 200 and < 300 || _faults.TrustsFailures)
            {
                _feed.MoveOn(events.Count);
                return;
            }

            if (status == 410)
            {
                _feed.Parked = true;
            }
            else if (attempt >= _faults.MostAttempts && events is [var alone])
            {
                _feed.GiveUp(alone);
                return;
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>0 where there was no whole answer.</summary>
    private async Task<int> Post(List<JsonObject> events)
    {
        var body = Encoding.UTF8.GetBytes(
            _batch == 1 ? events[0].ToJsonString() : new JsonArray([.. events.Select(e => e.DeepClone())]).ToJsonString()
        );
        var id = _batch == 1 ? (string)events[0]["id"]! : $"batch_{events[0]["id"]}_{events.Count}";
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, _feed.Url) { Content = new ByteArrayContent(body) };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", $"v1a,none v1,{Convert.ToBase64String(Sign(id, timestamp, body))}");
        try
        {
            using var answer = await _http.SendAsync(request, _end.Token);
            return answer.StatusCode == HttpStatusCode.Gone ? 410 : (int)answer.StatusCode;
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException or IOException)
        {
            return 0;
        }
    }

    private byte[] Sign(string id, string timestamp, byte[] body)
    {
        var key = _faults.SignsWrongly ? SHA256.HashData("other"u8) : Key;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return HMACSHA256.HashData(key, signed);
    }
}
