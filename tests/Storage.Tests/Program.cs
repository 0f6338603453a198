using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Marketplace.Storage.Tests;

/// <summary>
/// Runs the tests; or is the process that a crash test kills; or measures the ledger:
/// <c>dotnet run --project tests/Storage.Tests -c Release -- measure</c>.
/// </summary>
internal static class Program
{
    public const string Append = "append-until-killed";

    public static Task<int> Main(string[] args) =>
        args switch
        {
            [Append, var settings] => CrashTests.AppendForEver(settings),
            ["measure", ..] => LedgerMeasurement.Run(),
            _ when args.Contains("--server") => TestPlatformTestFramework.RunAsync(
                args,
                SelfRegisteredExtensions.AddSelfRegisteredExtensions
            ),
            _ => ConsoleRunner.Run(args),
        };
}
