using System.Net;
using System.Text;
using Marketplace.TestKit.Processes;

namespace Marketplace.Process.Tests.Deliveries;

/// <summary>A receiver that accepts everything and reports when an awaited body arrived.</summary>
internal sealed class ArrivalReceiver : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpListener _listener = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TaskCompletionSource<long>> _awaited = [];

    public ArrivalReceiver()
    {
        Url = new Uri(FormattableString.Invariant($"http://127.0.0.1:{FreePort.Next()}/"));
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = Listen();
    }

    public Uri Url { get; }

    /// <summary>The timestamp at which a request came whose body holds the text; must be asked for before it can come.</summary>
    /// <exception cref="TimeoutException">None came within half a minute.</exception>
    public Task<long> Await(string text)
    {
        lock (_lock)
        {
            return (_awaited[text] = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(
                Patience
            );
        }
    }

    public void Dispose() => _listener.Close();

    private async Task Listen()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Receive(context);
        }
    }

    private async Task Receive(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        CompleteWaiters(body, TimeProvider.System.GetTimestamp());
        context.Response.StatusCode = (int)HttpStatusCode.NoContent;
        context.Response.Close();
    }

    private void CompleteWaiters(string body, long at)
    {
        lock (_lock)
        {
            foreach (var (text, waiter) in _awaited.Where(pair => body.Contains(pair.Key, StringComparison.Ordinal)).ToList())
            {
                _awaited.Remove(text);
                waiter.SetResult(at);
            }
        }
    }
}
