using System.Diagnostics;
using System.Globalization;

namespace Marketplace.Benchmarks.Machine;

/// <summary>One process started for the benchmark. Its output goes to a file; disposing ends it and everything below it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Process _process;
    private readonly string _log;
    private readonly string _stopSignal;
    private bool _disposed;

    private ChildProcess(Process process, string log, string stopSignal)
    {
        _process = process;
        _log = log;
        _stopSignal = stopSignal;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>
    /// Starts a program. A shell that replaces itself sends the output to <paramref name="log"/>, so that no reader here costs anything.
    /// </summary>
    public static ChildProcess Start(
        string log,
        IEnumerable<string> command,
        IEnumerable<KeyValuePair<string, string>>? environment = null,
        string stopSignal = "TERM"
    )
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        foreach (var argument in (string[])["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, .. command])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!, log, stopSignal);
    }

    /// <summary>Runs a program to its end and gives its output; throws with the output when it fails.</summary>
    public static async Task<string> Run(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? output + await error
                : throw new InvalidOperationException($"{command[0]} failed with {process.ExitCode}: {output}{await error}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The last lines that the process wrote.</summary>
    public string Tail() => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(30)) : string.Empty;

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_process.HasExited)
        {
            await Signal();
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    private async Task Signal()
    {
        using var kill = Process.Start("kill", [$"-{_stopSignal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
