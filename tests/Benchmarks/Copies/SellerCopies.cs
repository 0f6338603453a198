using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Catalogue;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.Timing;

namespace Marketplace.Benchmarks.Copies;

/// <summary>
/// Makes sellers out of the rows of one that registered over HTTP: the same facts of seller, installation and enterprise with their chains,
/// the same events, trail, notifications, index rows and deadlines, under other names. Of the enterprise's three documents (22 kB for each
/// seller), which only a reviewer opens, a hundred bytes each.
/// </summary>
internal sealed class SellerCopies(IStoreRows store, string plugin)
{
    private const int Batch = 5_000;
    private const int BytesOfDocument = 100;

    /// <summary>Adds the sellers with numbers from <paramref name="template"/> + 1 up to, not including, <paramref name="end"/>.</summary>
    public async Task Add(int template, int end, CancellationToken cancellationToken)
    {
        var rows = await ReadTemplate(template, cancellationToken);
        var position = await store.Number("journal", "SELECT max(position) FROM journal", cancellationToken);
        var place = await store.Number("feed", "SELECT max(position) FROM feed", cancellationToken);
        foreach (var batch in Enumerable.Range(template + 1, end - template - 1).Chunk(Batch))
        {
            var sellers = batch.Select((index, number) => Copy(rows, index, position + (number * rows.Journal.Rows.Count))).ToArray();
            await Write("journal", rows.Journal, sellers.SelectMany(seller => seller.Journal), cancellationToken);
            await Write("trail", rows.Trail, sellers.SelectMany(seller => seller.Trail), cancellationToken);
            await Write("notifications", rows.Notifications, sellers.SelectMany(seller => seller.Notifications), cancellationToken);
            await Write("audit_counts", rows.Counts, sellers.SelectMany(seller => seller.Counts), cancellationToken);
            var first = place;
            await Write("feed", rows.Feed, batch.SelectMany((index, number) => Events(rows, index, first, number)), cancellationToken);
            await Write("document", rows.Documents, batch.SelectMany(index => Documents(rows, index)), cancellationToken);
            await WriteIndexes(rows, batch, cancellationToken);
            position += batch.Length * rows.Journal.Rows.Count;
            place += batch.Length * rows.Feed.Rows.Count;
        }

        await MoveCursors(position, place, cancellationToken);
        await store.Finish(cancellationToken);
    }

    /// <summary>True when everything that is in journal and feed has been delivered to those who make the other rows of it.</summary>
    public async Task<bool> IsSettled(CancellationToken cancellationToken) =>
        await Cursor("audit%", cancellationToken) == await store.Number("journal", "SELECT max(position) FROM journal", cancellationToken)
        && await Cursor("sync%", cancellationToken) == await store.Number("feed", "SELECT max(position) FROM feed", cancellationToken);

    private Task<long> Cursor(string queues, CancellationToken cancellationToken) =>
        store.Number("stream_cursors", $"SELECT min(position) FROM stream_cursors WHERE queue LIKE '{queues}'", cancellationToken);

    private async Task MoveCursors(long journal, long feed, CancellationToken cancellationToken)
    {
        await store.Execute(
            "stream_cursors",
            string.Create(
                CultureInfo.InvariantCulture,
                $"UPDATE stream_cursors SET position = CASE WHEN queue LIKE 'sync%' THEN {feed} ELSE {journal} END"
            ),
            cancellationToken
        );
        if (store is PostgresRows)
        {
            var heads =
                $"UPDATE log_head SET position = CASE log WHEN 'feed' THEN {feed} ELSE {journal} END WHERE log IN ('journal', 'feed')";
            await store.Execute("log_head", heads, cancellationToken);
        }
    }

    private async Task<SellerRows> ReadTemplate(int template, CancellationToken cancellationToken)
    {
        var number = template.ToString("0000000", CultureInfo.InvariantCulture);
        var seller = $"bench-seller-{number}";
        var link = await store.Read("journal", $"WHERE entity = 'seller/{seller}' AND type = 'enterprise-linked'", cancellationToken);
        using var payload = JsonDocument.Parse((byte[])link.Rows[0][link["payload"]]!);
        var licence = payload.RootElement.GetProperty("licence").GetString()!;
        var entities = $"('seller/{seller}', 'installation/{seller}/{plugin}', 'enterprise/{licence}')";
        var journal = await store.Read("journal", $"WHERE entity IN {entities} ORDER BY position", cancellationToken);
        var positions = string.Join(',', journal.Rows.Select(row => row[journal["position"]]));
        var ofSeller = $"WHERE seller = '{seller}'";
        return new SellerRows(
            new SellerNames(number, licence),
            journal,
            await store.Read("trail", ofSeller, cancellationToken),
            await store.Read("notifications", ofSeller, cancellationToken),
            await store.Read("audit_counts", $"WHERE position IN ({positions})", cancellationToken),
            await store.Read("feed", $"{ofSeller} ORDER BY seq", cancellationToken),
            await store.Read("document", $"WHERE id LIKE '{licence}/%'", cancellationToken),
            await store.Read("plugin_sellers", ofSeller, cancellationToken),
            await store.Read("deadlines", $"WHERE entity = 'installation/{seller}/{plugin}'", cancellationToken)
        );
    }

    private static SellerCopy Copy(SellerRows rows, int index, long position)
    {
        var names = SellerNames.OfCopy(index);
        var journal = new List<object?[]>();
        var moved = new Dictionary<long, (long Position, byte[] Hash)>();
        var ends = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var template in rows.Journal.Rows)
        {
            var row = Rename(rows, template, names);
            var hash = Chained(rows.Journal, row, ends);
            moved[(long)template[rows.Journal["position"]]!] = (++position, hash);
            row[rows.Journal["position"]] = position;
            row[rows.Journal["hash"]] = hash;
            journal.Add(row);
        }

        return new SellerCopy(
            journal,
            Moved(rows, rows.Trail, names, moved),
            Moved(rows, rows.Notifications, names, moved),
            Moved(rows, rows.Counts, names, moved)
        );
    }

    private static List<object?[]> Moved(
        SellerRows rows,
        RowSet templates,
        SellerNames names,
        Dictionary<long, (long Position, byte[] Hash)> moved
    )
    {
        var (position, hash) = (templates["position"], templates["hash"]);
        var copies = new List<object?[]>();
        foreach (var template in templates.Rows)
        {
            var row = Rename(rows, template, names);
            var to = moved[(long)template[position]!];
            row[position] = to.Position;
            if (hash >= 0)
            {
                row[hash] = to.Hash;
            }

            copies.Add(row);
        }

        return copies;
    }

    private static byte[] Chained(RowSet journal, object?[] row, Dictionary<string, ReadOnlyMemory<byte>> ends)
    {
        string? Text(string column) => (string?)row[journal[column]];
        var entity = Text("entity")!;
        var fact = JournalFact.Following(
            (long)row[journal["version"]]! - 1,
            ends.GetValueOrDefault(entity, JournalFact.Genesis),
            entity,
            OperationId.FromStored(Text("operation_id")!),
            ActorId.FromStored(Text("actor")!),
            DateTimeOffset.FromUnixTimeMilliseconds((long)row[journal["at"]]!),
            Text("type")!,
            (byte[])row[journal["payload"]]!,
            Text("address"),
            ActorRole.Of(Text("role")),
            Text("fingerprint")
        );
        ends[entity] = fact.Hash;
        return fact.Hash.ToArray();
    }

    private static IEnumerable<object?[]> Events(SellerRows rows, int index, long first, int number)
    {
        var names = SellerNames.OfCopy(index);
        var feed = rows.Feed;
        var position = first + (number * feed.Rows.Count);
        foreach (var template in feed.Rows)
        {
            var row = Rename(rows, template, names);
            row[feed["position"]] = ++position;
            row[feed["event_key"]] = EventKey((string)row[feed["source"]]!, (string)row[feed["event_id"]]!);
            row[feed["sealed"]] = template[feed["sealed"]];
            yield return row;
        }
    }

    private static IEnumerable<object?[]> Documents(SellerRows rows, int index)
    {
        foreach (var template in rows.Documents.Rows)
        {
            var row = (object?[])template.Clone();
            row[rows.Documents["id"]] = rows.Names.Rename(template[rows.Documents["id"]], SellerNames.OfCopy(index));
            row[rows.Documents["ciphertext"]] = ((byte[])template[rows.Documents["ciphertext"]]!)[..BytesOfDocument];
            yield return row;
        }
    }

    // As the store makes it: half of a SHA-256 over length of the source, source and id.
    private static byte[] EventKey(string source, string id)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, Encoding.UTF8.GetByteCount(source));
        return SHA256.HashData([.. length, .. Encoding.UTF8.GetBytes(source + id)])[..16];
    }

    private async Task WriteIndexes(SellerRows rows, int[] batch, CancellationToken cancellationToken)
    {
        IEnumerable<object?[]> Copies(RowSet table, string key, Func<string, string> shard) =>
            batch.SelectMany(index =>
                table.Rows.Select(template =>
                {
                    var row = Rename(rows, template, SellerNames.OfCopy(index));
                    row[table["shard"]] = shard((string)row[table[key]]!);
                    return row;
                })
            );

        string SellerShard(string seller) => PluginSellerShards.KeyOf(PluginId.Parse(plugin, null), SellerId.Parse(seller, null));
        await Write("plugin_sellers", rows.PluginSellers, Copies(rows.PluginSellers, "seller", SellerShard), cancellationToken);
        await Write("deadlines", rows.Deadlines, Copies(rows.Deadlines, "entity", DeadlineShards.KeyOf), cancellationToken);
    }

    private static object?[] Rename(SellerRows rows, object?[] template, SellerNames names) =>
        [.. template.Select(value => rows.Names.Rename(value, names))];

    private Task Write(string table, RowSet like, IEnumerable<object?[]> rows, CancellationToken cancellationToken) =>
        store.Write(table, like.Columns, rows, cancellationToken);

    private sealed record SellerRows(
        SellerNames Names,
        RowSet Journal,
        RowSet Trail,
        RowSet Notifications,
        RowSet Counts,
        RowSet Feed,
        RowSet Documents,
        RowSet PluginSellers,
        RowSet Deadlines
    );

    private sealed record SellerCopy(List<object?[]> Journal, List<object?[]> Trail, List<object?[]> Notifications, List<object?[]> Counts);
}
