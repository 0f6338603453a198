using System.ComponentModel;
using System.Diagnostics;

namespace Marketplace.TestKit.Processes;

/// <summary>A program of this solution as it was built beside the running tests, in the same configuration.</summary>
public static class BuiltProgram
{
    /// <summary>Environment variable with the path of another build of the server, for example of an earlier commit.</summary>
    private const string Server = "MARKETPLACE_SERVER";

    /// <summary>The path of <c>Marketplace.&lt;project&gt;.dll</c>, or of a sample's <c>&lt;project&gt;.dll</c>.</summary>
    /// <param name="project">For example <c>Silo</c>.</param>
    /// <exception cref="FileNotFoundException">The project was not built in this configuration.</exception>
    public static string PathOf(string project)
    {
        if (project == "Silo" && Environment.GetEnvironmentVariable(Server) is { Length: > 0 } server)
        {
            return Path.GetFullPath(server);
        }

        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var folder = Path.Combine(output.Parent!.Parent!.FullName, project, output.Name);
        string[] paths = [Path.Combine(folder, $"Marketplace.{project}.dll"), Path.Combine(folder, $"{project}.dll")];
        return paths.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{project} is not built in configuration '{output.Name}'.", paths[0]);
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
        return Launch(DotnetHost(), [path, .. arguments], Path.GetDirectoryName(path)!, environment, output);
    }

    /// <summary>Starts any program, with its output read and its input closed.</summary>
    /// <exception cref="InvalidOperationException">It cannot be started, for example because it is not installed.</exception>
    internal static Process Launch(
        string program,
        IEnumerable<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string?> environment,
        RecentOutput output
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
            process.StandardInput.Close();
            output.Read(process);
            return process;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{program} could not be started: {e.Message}. Is it installed?", e);
        }
    }

    // The host that runs this very process: <root>/shared/Microsoft.NETCore.App/<version>/System.Private.CoreLib.dll.
    private static string DotnetHost() =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet"));
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">The last lines of its output and errors together.</param>
public sealed record ProgramResult(int ExitCode, string Output);
