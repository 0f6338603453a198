using Marketplace.Storage.Commit;

namespace Marketplace.Storage.State;

/// <summary>One conditional write of a grain's state. Returns the new version, or null on a version conflict.</summary>
/// <param name="grain">The grain id's text.</param>
/// <param name="name">The state's name.</param>
/// <param name="expected">The version read by the writer; null if none.</param>
/// <param name="payload">The new payload; null clears it.</param>
internal sealed class StateGroup(string grain, string name, long? expected, byte[]? payload) : AppendGroup<long?>
{
    public string Grain => grain;

    public string Name => name;

    public long? Expected => expected;

    public byte[]? Payload => payload;

    /// <summary>Set by the statement: false on a version conflict. Other groups of the transaction are not affected.</summary>
    public bool Written { get; set; }

    public override string Key => grain;

    public override int Rows => 1;

    public override int Bytes => (payload?.Length ?? 0) + 128;

    protected override void OnCommitted() => Complete(Written ? (expected ?? 0) + 1 : null);

    protected override void OnRefused() => Complete((long?)null);
}
