using System.Globalization;
using Marketplace.Storage.Commit;
using Marketplace.Storage.Sqlite;
using Orleans.Storage;

namespace Marketplace.Storage.State;

/// <summary>
/// Orleans grain storage on one SQLite file with one writer: the key is the grain id's complete text, the ETag a version, and many grains'
/// writes share a commit.
/// </summary>
internal sealed class SqliteGrainStorage(CommitWriter<StateGroup> writer, SqliteReads reads, IGrainStorageSerializer serializer)
    : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var rows = await reads.Read(
            "SELECT version, payload FROM state WHERE grain = @grain AND name = @name",
            static row => (Version: row.GetInt64(0), Payload: row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1)),
            CancellationToken.None,
            ("grain", grainId.ToString()),
            ("name", stateName)
        );
        var row = rows.FirstOrDefault();
        grainState.ETag = row.Version == 0 ? null : Text(row.Version);
        grainState.RecordExists = row.Payload is not null;
        grainState.State = row.Payload is null ? Activator.CreateInstance<T>() : serializer.Deserialize<T>(new BinaryData(row.Payload));
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.ETag = await Write(stateName, grainId, grainState.ETag, serializer.Serialize(grainState.State).ToArray());
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is not null)
        {
            grainState.ETag = await Write(stateName, grainId, grainState.ETag, null);
        }

        grainState.State = Activator.CreateInstance<T>();
        grainState.RecordExists = false;
    }

    private async Task<string> Write(string stateName, GrainId grainId, string? etag, byte[]? payload)
    {
        long? expected = etag is null ? null : long.Parse(etag, CultureInfo.InvariantCulture);
        var group = new StateGroup(grainId.ToString(), stateName, expected, payload);
        writer.Add(group);
        return await group.Answer is { } version
            ? Text(version)
            : throw new InconsistentStateException(
                $"The state {stateName} of {grainId} was written by another activation.",
                "another version",
                etag ?? "none"
            );
    }

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}
