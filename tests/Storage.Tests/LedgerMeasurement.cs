using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Storage.Tests.Stores;

namespace Marketplace.Storage.Tests;

/// <summary>Commits ledger rows as fast as the store takes them, from a number of installations at once. Prints; asserts nothing.</summary>
internal static class LedgerMeasurement
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public static async Task<int> Run()
    {
        foreach (var database in Enum.GetValues<Database>())
        {
            foreach (var installations in (int[])[1, 16, 64, 256])
            {
                await Measure(database, installations);
            }
        }

        await SharedServer.Stop();
        return 0;
    }

    private static async Task Measure(Database database, int installations)
    {
        var options = await TestStore.New(database);
        await using (var store = await TestStore.Open(options))
        {
            await Measure(database, store, installations);
        }

        if (database == Database.Sqlite)
        {
            Directory.Delete(options.DataFolder, recursive: true);
        }
    }

    private static async Task Measure(Database database, TestStore store, int installations)
    {
        var sources = Enumerable
            .Range(0, installations)
            .Select(i => new Source(store.Ledger, InstallationId.Parse($"seller-{i}/p", null)))
            .ToArray();
        var began = Stopwatch.GetTimestamp();
        foreach (var source in sources)
        {
            source.Start();
        }

        await Task.Delay(Duration);
        var rows = sources.Sum(source => source.Stop());
        var rate = rows / Stopwatch.GetElapsedTime(began).TotalSeconds;
        var waits = sources.SelectMany(source => source.Waits).Order().ToArray();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{database, -10} {installations, 4} installations  {rate, 8:N0} rows/s  p50 {waits[waits.Length / 2]:0.00} ms  "
                    + $"p99 {waits[waits.Length * 99 / 100]:0.00} ms"
            )
        );
    }

    /// <summary>Asks for the next row as soon as the last one is committed.</summary>
    private sealed class Source(IUsageLedger ledger, InstallationId installation) : IUsageSource
    {
        private static readonly DateOnly Day = new(2026, 11, 23);
        private static readonly byte[] Body = new byte[120];
        private static readonly byte[] Hash = new byte[32];

        private volatile bool _stopped;
        private int _seq;
        private long _signalled;

        public ConcurrentBag<double> Waits { get; } = [];

        public void Start() => Signal();

        public int Stop()
        {
            _stopped = true;
            return _seq;
        }

        public UsageRow? CutRow() => _stopped ? null : new UsageRow(installation, Day, ++_seq, 1, _seq, false, Body, default, Hash);

        public void Committed(UsageRow row)
        {
            Waits.Add(Stopwatch.GetElapsedTime(_signalled).TotalMilliseconds);
            Signal();
        }

        public void Fenced(UsageRow row) => throw new InvalidOperationException("fenced");

        public void Failed(UsageRow row, Exception cause) => throw new InvalidOperationException("failed", cause);

        private void Signal()
        {
            _signalled = Stopwatch.GetTimestamp();
            ledger.Signal(this);
        }
    }
}
