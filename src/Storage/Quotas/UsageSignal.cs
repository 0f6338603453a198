using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Storage.Commit;

namespace Marketplace.Storage.Quotas;

/// <summary>An installation with calls to commit; its row is taken when the batch is composed.</summary>
internal sealed class UsageSignal(IUsageSource source) : CommitGroup
{
    private UsageRow? _row;

    public UsageRow Row => _row ?? throw new InvalidOperationException("The row has not been taken.");

    public override string Key => Row.Installation.ToString();

    public override int Rows => 1;

    public override int Bytes => Row.Body.Length + 256;

    public override bool TryBegin()
    {
        _row = source.CutRow();
        return _row is not null;
    }

    protected override void OnCommitted() => source.Committed(Row);

    protected override void OnRefused() => source.Fenced(Row);

    protected override void OnFailed(Exception cause) => source.Failed(Row, cause);
}
