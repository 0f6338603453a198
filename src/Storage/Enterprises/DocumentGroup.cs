using Marketplace.Storage.Commit;

namespace Marketplace.Storage.Enterprises;

/// <summary>One document to keep, or to remove.</summary>
/// <param name="id">Its name.</param>
/// <param name="ciphertext">Null to remove it.</param>
internal sealed class DocumentGroup(string id, ReadOnlyMemory<byte>? ciphertext) : AppendGroup<bool>
{
    public string Id => id;

    public ReadOnlyMemory<byte>? Ciphertext => ciphertext;

    public override string Key => id;

    public override int Rows => 1;

    public override int Bytes => (ciphertext?.Length ?? 0) + 128;

    protected override void OnCommitted() => Complete(true);

    protected override void OnRefused() => Complete(false);
}
