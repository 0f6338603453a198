using System.Diagnostics;

namespace Marketplace.TestKit.Processes;

/// <summary>A program of this solution as it was built beside the running tests, in the same configuration.</summary>
public static class BuiltProgram
{
    /// <summary>Environment variable with the path of another build of the server, for example of an earlier commit.</summary>
    private const string Server = "MARKETPLACE_SERVER";

    /// <summary>The path of <c>Marketplace.&lt;project&gt;.dll</c>.</summary>
    /// <param name="project">For example <c>Silo</c>.</param>
    /// <exception cref="FileNotFoundException">The project was not built in this configuration.</exception>
    public static string PathOf(string project)
    {
        if (project == "Silo" && Environment.GetEnvironmentVariable(Server) is { Length: > 0 } server)
        {
            return Path.GetFullPath(server);
        }

        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var path = Path.Combine(output.Parent!.Parent!.FullName, project, output.Name, $"Marketplace.{project}.dll");
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{project} is not built in configuration '{output.Name}'.", path);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="project">For example <c>Ledger</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="limit">After this time it is killed.</param>
    /// <param name="onLine">Called with each line of its output.</param>
    /// <param name="environment">Further environment variables.</param>
    /// <exception cref="TimeoutException">It did not end within the limit.</exception>
    public static async Task<ProgramResult> Run(
        string project,
        IEnumerable<string> arguments,
        TimeSpan limit,
        Action<string>? onLine = null,
        IReadOnlyDictionary<string, string?>? environment = null
    )
    {
        var output = new RecentOutput { OnLine = onLine };
        using var process = Start(project, arguments, environment ?? new Dictionary<string, string?>(), output);
        using var watchdog = new Watchdog(process, "KILL", folder: null);
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{project} did not end within {limit}:\n{output}");
        }

        return new ProgramResult(process.ExitCode, output.ToString());
    }

    internal static Process Start(
        string project,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?> environment,
        RecentOutput output
    )
    {
        var path = PathOf(project);
        var start = new ProcessStartInfo(DotnetHost())
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetDirectoryName(path)!,
        };
        start.ArgumentList.Add(path);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{project} could not be started.");
        process.StandardInput.Close();
        output.Read(process);
        return process;
    }

    // The host that runs this very process: <root>/shared/Microsoft.NETCore.App/<version>/System.Private.CoreLib.dll.
    private static string DotnetHost() =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet"));
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">The last lines of its output and errors together.</param>
public sealed record ProgramResult(int ExitCode, string Output);
