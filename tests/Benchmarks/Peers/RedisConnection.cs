using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Marketplace.Benchmarks.Peers;

/// <summary>One connection that speaks as much of Redis' protocol as the peer needs; for one user at a time.</summary>
internal sealed class RedisConnection : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly ArrayBufferWriter<byte> _out = new(64 * 1024);
    private PipeReader _in = null!;

    public static async Task<RedisConnection> Open(int port, CancellationToken cancellationToken)
    {
        var connection = new RedisConnection();
        await connection._client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        connection._in = PipeReader.Create(connection._client.GetStream());
        return connection;
    }

    /// <summary>Adds a command to those that are sent together.</summary>
    public void Add(params ReadOnlySpan<string> parts)
    {
        Write($"*{parts.Length}\r\n");
        foreach (var part in parts)
        {
            Write(string.Create(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n"));
            Write(part);
            Write("\r\n");
        }
    }

    /// <summary>Sends what was added and reads so many answers: a text, a number as text, null, or a list of these.</summary>
    /// <exception cref="InvalidOperationException">Redis refused a command.</exception>
    public async Task<object?[]> Send(int answers, CancellationToken cancellationToken)
    {
        await _client.GetStream().WriteAsync(_out.WrittenMemory, cancellationToken);
        _out.ResetWrittenCount();
        var read = new object?[answers];
        for (var index = 0; index < answers; index++)
        {
            read[index] = await Read(cancellationToken);
        }

        return read;
    }

    public void Dispose() => _client.Dispose();

    private void Write(string text) => Encoding.UTF8.GetBytes(text, _out);

    private async Task<object?> Read(CancellationToken cancellationToken)
    {
        var line = await Line(cancellationToken);
        return line[0] switch
        {
            '+' or ':' => line[1..],
            '$' => line == "$-1" ? null : await Text(int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture), cancellationToken),
            '*' => line == "*-1" ? null : await List(int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture), cancellationToken),
            _ => throw new InvalidOperationException($"Redis refused: {line}"),
        };
    }

    private async Task<object?[]> List(int count, CancellationToken cancellationToken)
    {
        var list = new object?[count];
        for (var index = 0; index < count; index++)
        {
            list[index] = await Read(cancellationToken);
        }

        return list;
    }

    private async Task<string> Line(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _in.ReadAsync(cancellationToken);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(result.Buffer.Slice(0, end)).TrimEnd('\r');
                _in.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line;
            }

            Wait(result);
        }
    }

    private async Task<string> Text(int length, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _in.ReadAsync(cancellationToken);
            if (result.Buffer.Length >= length + 2)
            {
                var text = Encoding.UTF8.GetString(result.Buffer.Slice(0, length));
                _in.AdvanceTo(result.Buffer.GetPosition(length + 2));
                return text;
            }

            Wait(result);
        }
    }

    private void Wait(ReadResult result)
    {
        if (result.IsCompleted)
        {
            throw new IOException("Redis closed the connection.");
        }

        _in.AdvanceTo(result.Buffer.Start, result.Buffer.End);
    }
}
