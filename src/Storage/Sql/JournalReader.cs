using Marketplace.Grains.Ports;
using Marketplace.Journal;

namespace Marketplace.Storage.Sql;

/// <summary>Reads the journal on either store.</summary>
/// <param name="store">The store of the journal.</param>
/// <param name="columns">The columns of a fact in this store; see <see cref="FactRow.ColumnsOf"/>.</param>
internal class JournalReader(IStoreReads store, string columns = FactRow.Columns) : IJournalReader
{
    // The unique key that keeps an operation from being carried out twice answers it.
    private const string Operation = "SELECT 1 FROM journal WHERE entity = @entity AND operation_id = @operation LIMIT 1";

    private readonly string _ofEntity = $"SELECT {columns} FROM journal WHERE entity = @entity AND version > @version ORDER BY version";
    private readonly string _all = $"SELECT {columns} FROM journal WHERE (entity, version) > (@entity, @version) ORDER BY entity, version";

    public IAsyncEnumerable<JournalFact> Read(string entity, long afterVersion, CancellationToken cancellationToken) =>
        store.ReadPages(
            _ofEntity,
            FactRow.Read,
            last => [("entity", entity), ("version", last?.Version ?? afterVersion)],
            cancellationToken
        );

    public async Task<bool> HasOperation(string entity, OperationId operationId, CancellationToken cancellationToken) =>
        (await store.Read(Operation, static _ => true, cancellationToken, ("entity", entity), ("operation", operationId.Value))).Count > 0;

    public IAsyncEnumerable<JournalFact> ReadAll(string afterEntity, long afterVersion, CancellationToken cancellationToken) =>
        store.ReadPages(
            _all,
            FactRow.Read,
            last => [("entity", last?.Entity ?? afterEntity), ("version", last?.Version ?? afterVersion)],
            cancellationToken
        );
}
