using System.Globalization;
using System.Net;

namespace Marketplace.Samples.Tests;

/// <summary>A sample as its readers start it: a process of its own that is told all it needs by its environment.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    /// <summary>Of the comparison that the logistics sample shows.</summary>
    public const string CompareKey = "compare-key";

    private readonly ChildProgram _program;

    private SampleProcess(ChildProgram program, Uri address) => (_program, Address) = (program, address);

    /// <summary>The samples by the names of their folders.</summary>
    public static string[] Names { get; } = ["order-tagger", "logistics"];

    public Uri Address { get; }

    public Uri Events => new(Address, "events");

    /// <summary>Starts it and waits until it has a secret for its messages.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="marketplace">The address of the marketplace.</param>
    /// <param name="client">The plugin's client and its secret.</param>
    /// <param name="http">To ask whether it is ready.</param>
    public static async Task<SampleProcess> Start(string name, Uri marketplace, (string Id, string Secret) client, HttpClient http)
    {
        var port = FreePort.Next();
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        var environment = new Dictionary<string, string?>
        {
            ["MARKETPLACE_URL"] = marketplace.AbsoluteUri,
            ["CLIENT_ID"] = client.Id,
            ["CLIENT_SECRET"] = client.Secret,
            ["PUBLIC_URL"] = address.AbsoluteUri,
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["MAX_DAYS"] = "2",
            ["COMPARE_KEY"] = CompareKey,
        };
        var program =
            name == "logistics"
                ? ChildProgram.Start("node", ["server.js"], SampleFiles.FolderOf(name), environment)
                : ChildProgram.StartBuilt("OrderTagger", environment);
        var sample = new SampleProcess(program, address);
        try
        {
            await Eventually.Holds(() => sample.IsReady(http), $"{name} is ready");
            return sample;
        }
        catch (Exception e)
        {
            await sample.DisposeAsync();
            throw new InvalidOperationException($"{name} is not ready: {e.Message}\n{program.Output}", e);
        }
    }

    public override string ToString() => _program.Output;

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private async Task<bool> IsReady(HttpClient http)
    {
        if (_program.HasExited)
        {
            throw new InvalidOperationException("It has ended.");
        }

        try
        {
            using var answer = await http.GetAsync(new Uri(Address, "health"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
