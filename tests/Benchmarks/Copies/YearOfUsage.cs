using Marketplace.Billing;
using Marketplace.Installations;

namespace Marketplace.Benchmarks.Copies;

/// <summary>Gives installations a year of ledger before today: on each day the first rows of one installation's day.</summary>
internal sealed class YearOfUsage(IStoreRows store)
{
    /// <summary>Days of a year.</summary>
    public const int Days = 365;

    private const int RowsOfDay = 20;

    /// <summary>Adds the rows.</summary>
    /// <param name="like">The installation that has the rows that are copied: at least one, of its last day.</param>
    /// <param name="installations">Installations without a row of their own.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The number of rows added.</returns>
    public async Task<int> Add(InstallationId like, IReadOnlyList<InstallationId> installations, CancellationToken cancellationToken)
    {
        var templates = await store.Read(
            "usage",
            $"WHERE installation = '{like}' AND day = (SELECT max(day) FROM usage WHERE installation = '{like}') AND seq <= {RowsOfDay} "
                + "ORDER BY seq",
            cancellationToken
        );
        foreach (var batch in installations.Chunk(50))
        {
            await store.Write("usage", templates.Columns, batch.SelectMany(one => Year(templates, one)), cancellationToken);
        }

        await store.Finish(cancellationToken);
        return installations.Count * Days * templates.Rows.Count;
    }

    private static IEnumerable<object?[]> Year(RowSet templates, InstallationId installation)
    {
        var today = Convert.ToInt32(templates.Rows[0][templates["day"]], null);
        var previous = UsageRow.Genesis;
        for (var day = today - Days; day < today; day++)
        {
            foreach (var template in templates.Rows)
            {
                var row = Chain(templates, template, installation, DateOnly.FromDayNumber(day), previous);
                previous = row.Hash;
                var copy = (object?[])template.Clone();
                copy[templates["installation"]] = installation.ToString();
                copy[templates["day"]] = Convert.ChangeType(day, template[templates["day"]]!.GetType(), null);
                copy[templates["opening"]] = template[templates["opening"]] is null ? null : row.Opening.ToArray();
                copy[templates["hash"]] = row.Hash.ToArray();
                yield return copy;
            }
        }
    }

    private static UsageRow Chain(
        RowSet templates,
        object?[] template,
        InstallationId installation,
        DateOnly day,
        ReadOnlyMemory<byte> previous
    )
    {
        long Number(string column) => Convert.ToInt64(template[templates[column]], null);
        var opening = (byte[]?)template[templates["opening"]];
        return new UsageRow(
            installation,
            day,
            (int)Number("seq"),
            (int)Number("count"),
            Number("cumulative"),
            Number("keyed") != 0,
            (byte[])template[templates["body"]]!,
            opening is { Length: > 0 } ? (DayOpening.Decode(opening) with { Previous = previous }).Encode() : default,
            default
        ).ChainedTo(previous);
    }
}
