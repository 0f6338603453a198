using Marketplace.Replay.Dataset;
using Marketplace.Replay.Deliveries;
using Marketplace.Replay.Http;
using Marketplace.Replay.Reporting;
using Spectre.Console;

namespace Marketplace.Replay;

/// <summary>
/// The command line: exit code 0 if everything matches, 1 if something does not or the server is unavailable, 2 for invalid usage.
/// </summary>
internal static class ReplayCommand
{
    public static async Task<int> Run(
        IReadOnlyList<string> args,
        IAnsiConsole console,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (args.Count == 0 || args.Contains("--help") || args.Contains("-h"))
        {
            console.WriteLine(ReplayOptions.Usage);
            return args.Count == 0 ? 2 : 0;
        }

        try
        {
            return await Run(ReplayOptions.Parse(args), console, time, cancellationToken);
        }
        catch (Exception error) when (error is UsageException or ReplayException)
        {
            console.MarkupLineInterpolated($"[red]{error.Message}[/]");
            return error is UsageException ? 2 : 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            console.WriteLine("stopped");
            return 1;
        }
    }

    private static async Task<int> Run(ReplayOptions options, IAnsiConsole console, TimeProvider time, CancellationToken cancellationToken)
    {
        var demo = Server(options);
        IDataset dataset = options.Data is null
            ? new GeneratedOrders(options.Generate!.Value, options.Seed)
            : OlistFolder.Read(options.Data);
        console.WriteLine(dataset.Description);
        return options.Delivery is { } delivery
            ? await Deliver(options, delivery, demo, dataset, console, time, cancellationToken)
            : await Replay(options, demo, dataset, console, time, cancellationToken);
    }

    private static async Task<int> Replay(
        ReplayOptions options,
        DemoFile demo,
        IDataset dataset,
        IAnsiConsole console,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var report = await new ReplayRun(options, demo, dataset, new Stages(console), time).Run(cancellationToken);
        ReportTable.Write(console, report);
        if (options.Report is not null)
        {
            report.Save(options.Report);
        }

        return report.Ok ? 0 : 1;
    }

    private static async Task<int> Deliver(
        ReplayOptions options,
        DeliveryOptions delivery,
        DemoFile demo,
        IDataset dataset,
        IAnsiConsole console,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var dealt = new DealtOrders(dataset, delivery.Installations);
        var report = await new DeliveryRun(options, delivery, demo, dealt, new Stages(console), time).Run(cancellationToken);
        DeliveryTable.Write(console, report);
        if (options.Report is not null)
        {
            report.Save(options.Report);
        }

        return report.Ok ? 0 : 1;
    }

    private static DemoFile Server(ReplayOptions options)
    {
        if (options is { Server: { } address, Demo: null })
        {
            return Credentials.FromEnvironment(address, options.Plugin, Environment.GetEnvironmentVariable);
        }

        var path = options.Demo
            ?? DemoFile.Find(Directory.GetCurrentDirectory())
            ?? throw new UsageException("no demo.json was found; start the server in demo mode, or give --demo FILE or --server URL");
        var demo = DemoFile.Read(path);
        return options.Server is null ? demo : demo.At(options.Server);
    }
}
