using System.Text.Json;
using Spectre.Console;

namespace Marketplace.Replay.Tests;

/// <summary>Runs the command as a user would, and reads the report it writes.</summary>
internal static class Runs
{
    public static async Task<(int Exit, JsonElement Report, string Output)> Run(TestServer server, params string[] args)
    {
        var demo = server.DemoFile();
        var report = Path.ChangeExtension(demo, ".report");
        var (exit, output) = await Command([.. args, "--demo", demo, "--report", report]);
        var json = File.Exists(report)
            ? JsonElement.Parse(await File.ReadAllBytesAsync(report, TestContext.Current.CancellationToken))
            : default;
        Directory.Delete(Path.GetDirectoryName(demo)!, recursive: true);
        return (exit, json, output);
    }

    public static async Task<(int Exit, string Output)> Command(params string[] args)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(text),
            }
        );
        var exit = await ReplayCommand.Run(args, console, TimeProvider.System, TestContext.Current.CancellationToken);
        return (exit, text.ToString());
    }

    public static long Number(this JsonElement report, string group, string member) =>
        report.GetProperty(group).GetProperty(member).GetInt64();
}
