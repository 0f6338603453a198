using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Marketplace.Process.Tests.Deliveries;
using Marketplace.TestKit;
using Marketplace.TestKit.Client;
using Xunit;

namespace Marketplace.Process.Tests.Earlier;

/// <summary>Small stores on SQLite as earlier commits left them, each an archive beside this file, named by the commit.</summary>
internal static class EarlierStore
{
    private const string FactsFile = "facts.json";

    // Three calls beyond those that cost nothing.
    private const int Calls = 1_003;
    private const int AtOnce = 8;
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMilliseconds(25);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Unpacks a commit's store into a folder.</summary>
    /// <returns>What must be true of it.</returns>
    public static async Task<EarlierFacts> Unpack(string commit, string folder)
    {
        await using var archive = typeof(EarlierStore).Assembly.GetManifestResourceStream($"{commit}.tar.gz")!;
        await using var files = new GZipStream(archive, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(files, folder, overwriteFiles: true, Token);
        var facts = Path.Combine(folder, FactsFile);
        var read = JsonSerializer.Deserialize<EarlierFacts>(await File.ReadAllBytesAsync(facts, Token))!;
        File.Delete(facts);
        return read;
    }

    /// <summary>Packs the folder of a stopped server.</summary>
    public static async Task Pack(string folder, EarlierFacts facts, string archive)
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, FactsFile), JsonSerializer.SerializeToUtf8Bytes(facts), Token);
        await using var file = File.Create(archive);
        await using var files = new GZipStream(file, CompressionLevel.SmallestSize);
        await TarFile.CreateFromDirectoryAsync(folder, files, includeBaseDirectory: false, Token);
    }

    /// <summary>Brings a little of everything into a demo server's empty store.</summary>
    public static async Task<EarlierFacts> Fill(MarketplaceClient client)
    {
        var plugin = client.Demo.PluginWith("orders.read", "orders.flag").Id;
        var busy = $"{EarlierFacts.BusySeller}/{plugin}";
        await client.Install(EarlierFacts.BusySeller, plugin, "orders.read", "orders.flag");
        await Push(client, busy, "pushed-1", "pushed-2");
        await Pull(client, busy, "pulled-1", "pulled-2");
        (
            await client.Call(
                busy,
                HttpMethod.Post,
                "orders/pushed-1/flags",
                new { kind = "other", note = "kept" },
                "theflagoftheearlierorder"
            )
        ).OrThrow();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Calls),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Token },
            async (_, ended) =>
            {
                while (!(await client.Get(busy, "orders/pulled-1")).IsSuccess)
                {
                    await Task.Delay(AfterRefusal, ended);
                }
            }
        );
        await Disable(client, plugin);
        var day = DateOnly.Parse(
            (await client.Export("ledger").LastAsync(Token)).GetProperty("day").GetString()!,
            System.Globalization.CultureInfo.InvariantCulture
        );
        return await EarlierFacts.Read(client, plugin, new DateOnly(day.Year, day.Month, 1));
    }

    /// <summary>Orders whose events an endpoint takes, which is removed then: a server that opens the store posts nothing.</summary>
    private static async Task Push(MarketplaceClient client, string installation, params string[] orders)
    {
        using var receiver = new ArrivalReceiver();
        (await client.Call(installation, HttpMethod.Put, "webhook", new { url = receiver.Url }, MarketplaceClient.NewKey())).OrThrow();
        var arrivals = orders.Select(order => receiver.Await($"\"{order}\"")).ToArray();
        (
            await client.SendEvents([.. orders.Select(order => CloudEvents.OrderCreated(EarlierFacts.BusySeller, order))])
        ).OrThrowIfRejected();
        await Task.WhenAll(arrivals);
        await Eventually.Holds(
            async () =>
            {
                var sync = (await client.Get(installation, "webhook")).OrThrow().Json;
                return sync.GetProperty("backlog").GetInt64() == 0;
            },
            "everything is acknowledged"
        );
        (await client.Call(installation, HttpMethod.Delete, "webhook", null, MarketplaceClient.NewKey())).OrThrow();
    }

    /// <summary>Orders of whose events the plugin confirms the first.</summary>
    private static async Task Pull(MarketplaceClient client, string installation, params string[] orders)
    {
        (
            await client.SendEvents([.. orders.Select(order => CloudEvents.OrderCreated(EarlierFacts.BusySeller, order))])
        ).OrThrowIfRejected();
        var events = (await client.Get(installation, "events?limit=1")).OrThrow().Json;
        var body = new { cursor = events.GetProperty("next_cursor").GetString() };
        (await client.Call(installation, HttpMethod.Post, "events/confirm", body)).OrThrow();
    }

    private static async Task Disable(MarketplaceClient client, string plugin)
    {
        var installation = $"{EarlierFacts.DisabledSeller}/{plugin}";
        await client.Install(EarlierFacts.DisabledSeller, plugin, "orders.read");
        (await EarlierFacts.Pause(client, plugin, EarlierFacts.PauseReason)).OrThrow();
        await client.Resume(installation);
        (await client.SellerCommand(HttpMethod.Post, installation, "disable", new { reason = "left" })).OrThrow();
    }
}
