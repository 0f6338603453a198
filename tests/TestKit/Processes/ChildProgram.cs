using System.Diagnostics;

namespace Marketplace.TestKit.Processes;

/// <summary>A program that runs beside a test until it is disposed; a watchdog ends it with the tests.</summary>
public sealed class ChildProgram : IAsyncDisposable
{
    private readonly RecentOutput _output = new();
    private readonly Process _process;
    private readonly Watchdog _watchdog;

    private ChildProgram(Func<RecentOutput, Process> start)
    {
        _process = start(_output);
        _watchdog = new Watchdog(_process, "KILL", folder: null);
    }

    /// <summary>The last lines of its output and errors together.</summary>
    public string Output => _output.ToString();

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program of this solution, as <see cref="BuiltProgram"/> finds it.</summary>
    public static ChildProgram StartBuilt(string project, IReadOnlyDictionary<string, string?> environment) =>
        new(output => BuiltProgram.Start(project, [], environment, output));

    /// <summary>Starts any program.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="environment">Further environment variables.</param>
    /// <exception cref="InvalidOperationException">It cannot be started, for example because it is not installed.</exception>
    public static ChildProgram Start(
        string program,
        IEnumerable<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string?> environment
    ) => new(output => BuiltProgram.Launch(program, arguments, folder, environment, output));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _watchdog.Dispose();
        _process.Dispose();
    }
}
