using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Machine;
using Marketplace.Benchmarks.Peers;
using Marketplace.Benchmarks.Reporting;
using Marketplace.Benchmarks.Targets;
using Spectre.Console;

namespace Marketplace.Benchmarks.Sync;

/// <summary>The benchmark of event delivery beside its peers: see docs/benchmarks/README.md.</summary>
internal static class SyncCommand
{
    public static async Task<bool> Measure(BenchmarkOptions options, IAnsiConsole console, CancellationToken cancellationToken)
    {
        using var workspace = new Workspace();
        var book = new RunHistory();
        book.Facts.AddRange(await MachineFacts.Read(workspace.Folder("probe"), cancellationToken));
        await using var receiver = await SyncReceiver.Start(cancellationToken);
        SyncTarget[] all =
        [
            new SyncPeer("o", "PostgreSQL outbox, SKIP LOCKED", OutboxPeer.Name, receiver.Address, workspace, options),
            new SyncPeer("r", "Redis Streams, AOF always", StreamsPeer.Name, receiver.Address, workspace, options),
            new SyncServer("f", "ours on SQLite", StoreKind.Sqlite, receiver.Address, workspace, options),
            new SyncServer("g", "ours on PostgreSQL", StoreKind.PostgreSql, receiver.Address, workspace, options),
        ];
        var targets = all.Where(target => options.Runs(target.Key)).ToArray();
        try
        {
            foreach (var target in targets)
            {
                console.MarkupLineInterpolated($"[grey]starting {target.Name}[/]");
                if (await book.Attempt(target.Name, () => target.Start(cancellationToken)))
                {
                    book.Targets.Add(target);
                }
            }

            await Rounds(options, console, book, receiver, cancellationToken);
        }
        finally
        {
            foreach (var target in targets)
            {
                await target.DisposeAsync();
            }
        }

        var report = new SyncReport(options, book);
        report.Print(console);
        if (options.Out is { } file)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(
                file,
                report.Markdown(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime)),
                cancellationToken
            );
        }

        return !book.Failed;
    }

    private static async Task Rounds(
        BenchmarkOptions options,
        IAnsiConsole console,
        RunHistory book,
        SyncReceiver receiver,
        CancellationToken cancellationToken
    )
    {
        foreach (var target in book.Targets.Cast<SyncTarget>())
        {
            console.MarkupLineInterpolated($"[grey]warming up {target.Name}[/]");
            // With everything that is measured after it: a load met for the first time would measure the compiler.
            await book.Attempt($"{target.Name}, warm-up", () =>
                Round(options with { Seconds = options.WarmUpSeconds }, target, receiver, (_, load) => load(), cancellationToken)
            );
        }

        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var target in book.Targets.Cast<SyncTarget>())
            {
                await book.Attempt($"{target.Name}, round {round}", () =>
                    Round(
                        options,
                        target,
                        receiver,
                        (what, load) => Measure(console, book, target, what, load, cancellationToken),
                        cancellationToken
                    )
                );
            }
        }
    }

    private static async Task<LoadResult> Measure(
        IAnsiConsole console,
        RunHistory book,
        SyncTarget target,
        string what,
        Func<Task<LoadResult>> load,
        CancellationToken cancellationToken
    )
    {
        var measured = await Meter.Measure(target, load, cancellationToken);
        book.Add(SyncReport.KeyOf(target.Key, what), measured);
        var (result, foreign) = (measured.Load, measured.ForeignCores);
        console.MarkupLineInterpolated(
            $"{target.Key} {target.Name}, {what}: {result.Rate:N0} events/s, p99 {result.P99Ms:0.0} ms, foreign {foreign:0.00} cores"
        );
        return measured.Load;
    }

    private static async Task Round(
        BenchmarkOptions options,
        SyncTarget target,
        SyncReceiver receiver,
        Func<string, Func<Task<LoadResult>>, Task<LoadResult>> run,
        CancellationToken cancellationToken
    )
    {
        var loads = new SyncLoads(target, receiver);
        if (options.Runs("flow"))
        {
            var flow = await run("flow", () => loads.Flow(options.Seconds, cancellationToken));
            await run("paced", () => loads.Paced(flow.Rate / 2, options.Seconds, cancellationToken));
        }

        if (options.Runs("ingest"))
        {
            await run("ingest", () => Ingest(options, loads, target, receiver, cancellationToken));
        }

        if (options.Runs("pull") && target is SyncServer server)
        {
            await run("pull", () => SyncLoads.Pull(server, loads, options.Seconds, cancellationToken));
        }
    }

    /// <summary>
    /// Ours takes events of sellers whose plugins pull; a peer has to post them all, and is let come to rest before the next measurement.
    /// </summary>
    private static async Task<LoadResult> Ingest(
        BenchmarkOptions options,
        SyncLoads loads,
        SyncTarget target,
        SyncReceiver receiver,
        CancellationToken cancellationToken
    )
    {
        receiver.Clear();
        var taken = await loads.Ingest(options.Seconds, target is SyncServer ? target.Pushed : 0, cancellationToken);
        if (target is SyncPeer)
        {
            await loads.Drain(taken.Answers, cancellationToken);
        }

        return taken;
    }
}
