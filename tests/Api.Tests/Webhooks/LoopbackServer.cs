using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Marketplace.Api.Tests.Webhooks;

/// <summary>A receiver that answers with any bytes at all, or with none; counts what comes in.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private const string End = "\r\n\r\n";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Connection, Task> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private int _connections;
    private int _requests;

    private LoopbackServer(Func<Connection, Task> answer, X509Certificate2? certificate)
    {
        (_answer, _certificate) = (answer, certificate);
        _listener.Start();
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => FormattableString.Invariant($"http://127.0.0.1:{Port}/hook");

    public string SecureUrl => FormattableString.Invariant($"https://127.0.0.1:{Port}/hook");

    public int Connections => Volatile.Read(ref _connections);

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Calls <paramref name="answer"/> for each request, until it closes the connection.</summary>
    public static LoopbackServer Start(Func<Connection, Task> answer) => new(answer, null);

    /// <summary>Answers each request with the same text.</summary>
    public static LoopbackServer Start(string answer) => new(connection => connection.Write(answer), null);

    /// <summary>Speaks TLS with a certificate that nobody issued.</summary>
    public static LoopbackServer StartSelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return new(
            connection => connection.Write(Answers.NoContent),
            X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null)
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
        _certificate?.Dispose();
    }

    private async Task Accept()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(Serve(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task Serve(TcpClient client)
    {
        Interlocked.Increment(ref _connections);
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var secure = new SslStream(stream);
                    await secure.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = _certificate },
                        _stop.Token
                    );
                    stream = secure;
                }

                var connection = new Connection(client, stream, _stop.Token);
                while (!connection.IsClosed && await ReadRequest(stream) is { } request)
                {
                    Interlocked.Increment(ref _requests);
                    connection.Request = request;
                    await _answer(connection);
                }
            }
            catch (Exception e)
                when (e
                        is IOException
                            or SocketException
                            or OperationCanceledException
                            or ObjectDisposedException
                            or System.Security.Authentication.AuthenticationException
                )
            {
                // The sender went away, or the test is over.
            }
        }
    }

    /// <summary>Head and body as text; null at the end of the connection.</summary>
    private async Task<string?> ReadRequest(Stream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[16_384];
        while (true)
        {
            var head = text.ToString().IndexOf(End, StringComparison.Ordinal);
            if (head >= 0 && text.Length - head - End.Length >= LengthIn(text.ToString()[..head]))
            {
                return text.ToString();
            }

            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
            {
                return null;
            }

            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }

    private static int LengthIn(string head) =>
        head.Split("\r\n")
            .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture))
            .SingleOrDefault();

    /// <summary>One connection of a sender.</summary>
    internal sealed class Connection(TcpClient client, Stream stream, CancellationToken stop)
    {
        public string Request { get; set; } = string.Empty;

        public bool IsClosed { get; private set; }

        public CancellationToken Stop => stop;

        public async Task Write(string text)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text), stop);
            await stream.FlushAsync(stop);
        }

        /// <summary>Says goodbye.</summary>
        public void Close()
        {
            IsClosed = true;
            client.Client.Shutdown(SocketShutdown.Both);
        }

        /// <summary>Breaks off with a reset.</summary>
        public void Reset()
        {
            IsClosed = true;
            client.LingerState = new LingerOption(true, 0);
            client.Client.Close();
        }

        /// <summary>Never answers.</summary>
        public Task Hang() => Task.Delay(Timeout.Infinite, stop);
    }
}

/// <summary>Answers of well-behaved receivers.</summary>
internal static class Answers
{
    public const string NoContent = "HTTP/1.1 204 No Content\r\n\r\n";

    public static string Of(int status, string body = "", params string[] headers) =>
        FormattableString.Invariant(
            $"HTTP/1.1 {status} X\r\nContent-Length: {body.Length}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n{body}"
        );
}
