using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Machine;
using Marketplace.Benchmarks.Peers;

namespace Marketplace.Benchmarks.Targets;

/// <summary>The gateway that most would build: nginx with Lua, counters and itemised records in Redis with an append-only file.</summary>
internal sealed class GatewayPeer(string key, string name, string keeps, string sync, Workspace workspace, BenchmarkOptions options)
    : Target(key, name, keeps)
{
    private const string Modules = "/usr/lib/nginx/modules";

    public override async Task Start(CancellationToken cancellationToken)
    {
        var redisPort = await StartRedis(cancellationToken);
        await SeedTokens(redisPort, cancellationToken);
        var port = Readiness.FreePort();
        Address = new Uri($"http://127.0.0.1:{port}");
        var folder = workspace.Folder($"nginx-{Key}");
        var configuration = await File.ReadAllTextAsync(PostgresPeer.Resource("nginx.conf"), cancellationToken);
        var file = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(file, Fill(configuration, folder, port, redisPort), cancellationToken);
        File.Copy(PostgresPeer.Resource("gateway.lua"), Path.Combine(folder, "gateway.lua"));
        var nginx = Own(
            ChildProcess.Start(
                workspace.File($"nginx-{Key}.log"),
                ["nginx", "-p", folder, "-e", Path.Combine(folder, "error.log"), "-c", file]
            )
        );
        await Readiness.Of(nginx, token => Readiness.Accepts(port, token), cancellationToken);
        WriteCalls(workspace, Enumerable.Range(0, options.Installations).Select(index => new Call("/call", PeerTokens.Of(index))));
    }

    private static string Fill(string configuration, string folder, int port, int redisPort) =>
        configuration
            .Replace("{modules}", Modules, StringComparison.Ordinal)
            .Replace("{folder}", folder, StringComparison.Ordinal)
            .Replace("{redis_port}", redisPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{port}", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private async Task<int> StartRedis(CancellationToken cancellationToken)
    {
        var port = Readiness.FreePort();
        var redis = Own(
            ChildProcess.Start(
                workspace.File($"redis-{Key}.log"),
                [
                    "redis-server",
                    "--bind",
                    "127.0.0.1",
                    "--port",
                    $"{port}",
                    "--dir",
                    workspace.Folder($"redis-{Key}"),
                    "--save",
                    "",
                    "--appendonly",
                    "yes",
                    "--appendfsync",
                    sync,
                ]
            )
        );
        await Readiness.Of(redis, token => Readiness.Accepts(port, token), cancellationToken);
        return port;
    }

    private async Task SeedTokens(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await using var stream = client.GetStream();
        using var answers = new StreamReader(stream);
        for (var index = 0; index < options.Installations; index++)
        {
            var command = $"SET token:{PeerTokens.Of(index)} {PeerTokens.Installation(index)}\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command), cancellationToken);
            if (await answers.ReadLineAsync(cancellationToken) is var answer && answer != "+OK")
            {
                throw new InvalidOperationException($"Redis refused a token: {answer}");
            }
        }
    }
}
