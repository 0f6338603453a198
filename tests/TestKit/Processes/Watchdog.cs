using System.Diagnostics;
using System.Globalization;

namespace Marketplace.TestKit.Processes;

/// <summary>
/// Ends a child process when this process ends in any way, kill -9 included: a shell that holds the other end of a pipe notices.
/// </summary>
/// <remarks>Not <c>PR_SET_PDEATHSIG</c>: that one is bound to the thread that started the child, and pool threads retire.</remarks>
internal sealed class Watchdog : IDisposable
{
    private const string Script =
        "trap '' INT TERM HUP; read -r _ || { kill -s \"$2\" \"$1\"; sleep 1; [ -z \"$3\" ] || rm -rf -- \"$3\"; }";

    private readonly Process _shell;

    /// <param name="child">The process to end.</param>
    /// <param name="signal">How: a signal's name without SIG.</param>
    /// <param name="folder">Deleted a second after; null for none.</param>
    public Watchdog(Process child, string signal, string? folder)
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true };
        string[] arguments = ["-c", Script, "watchdog", child.Id.ToString(CultureInfo.InvariantCulture), signal, folder ?? ""];
        Array.ForEach(arguments, start.ArgumentList.Add);
        _shell = Process.Start(start) ?? throw new InvalidOperationException("No watchdog could be started.");
    }

    /// <summary>The child is gone or need not be watched any more.</summary>
    public void Dispose()
    {
        try
        {
            _shell.StandardInput.WriteLine("released");
            _shell.StandardInput.Close();
        }
        catch (IOException)
        {
            // The watchdog is gone already: somebody killed everything at once.
        }

        _shell.WaitForExit();
        _shell.Dispose();
    }
}
