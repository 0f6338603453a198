using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;

namespace Marketplace.Storage.Tests.Sources;

/// <summary>A quota grain's side of the ledger: gives prepared rows and remembers the answers.</summary>
internal sealed class UsageSource(params IEnumerable<UsageRow> rows) : IUsageSource
{
    public static readonly DateOnly Day = new(2026, 11, 23);

    private readonly Queue<UsageRow> _rows = new(rows);
    private readonly Dictionary<int, TaskCompletionSource<string>> _answers = rows.ToDictionary(
        row => row.Seq,
        _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously)
    );

    public static UsageRow Row(
        string installation,
        int seq,
        int count = 1,
        bool keyed = false,
        UsageRow? previous = null,
        DateOnly? day = null
    )
    {
        var row = new UsageRow(
            InstallationId.Parse(installation, null),
            day ?? Day,
            seq,
            count,
            (previous?.Cumulative ?? 0) + count,
            keyed,
            new byte[] { 1, 2, 3, (byte)(seq % 256) },
            seq == 1 ? new byte[] { 9, 9 } : ReadOnlyMemory<byte>.Empty,
            ReadOnlyMemory<byte>.Empty
        );
        return row.ChainedTo(previous?.Hash ?? UsageRow.Genesis);
    }

    /// <summary><c>committed</c>, <c>fenced</c> or <c>failed</c>.</summary>
    public Task<string> Answer(int seq) => _answers[seq].Task.WaitAsync(TimeSpan.FromSeconds(60));

    public UsageRow? CutRow() => _rows.TryDequeue(out var row) ? row : null;

    public void Committed(UsageRow row) => _answers[row.Seq].SetResult("committed");

    public void Fenced(UsageRow row) => _answers[row.Seq].SetResult("fenced");

    public void Failed(UsageRow row, Exception cause) => _answers[row.Seq].SetResult("failed");
}
