using System.Collections.Immutable;
using Marketplace.Enterprises;
using Marketplace.Grains.Ports;
using Orleans.Concurrency;

namespace Marketplace.Grains.Enterprises;

/// <summary>Passes ciphertext to the store outside the enterprise's turn: megabytes must not delay a review. Volatile.</summary>
[GrainType("document-vault")]
[StatelessWorker]
internal sealed class DocumentVaultGrain(IDocumentStore store) : Grain, IDocumentVaultGrain
{
    public async Task<ImmutableArray<string>> List(string afterId, int limit, CancellationToken cancellationToken) =>
        [.. await store.List(afterId, limit, cancellationToken)];

    public Task Put(string id, Ciphertext ciphertext, CancellationToken cancellationToken) =>
        store.Put(id, ciphertext.Bytes, cancellationToken);

    public async Task<Ciphertext?> Read(string id, CancellationToken cancellationToken) =>
        await store.Read(id, cancellationToken) is { } bytes ? new Ciphertext(bytes) : null;

    public Task Delete(string id, CancellationToken cancellationToken) => store.Delete(id, cancellationToken);
}
