using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Marketplace.TestKit.Processes;

/// <summary>POSIX signals to a process started here.</summary>
public static class Signals
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends a signal; nothing happens if the process has ended.</summary>
    /// <exception cref="Win32Exception">The system refused.</exception>
    public static void Send(this Process process, int signal)
    {
        if (!process.HasExited && SendSignal(process.Id, signal) != 0 && !process.HasExited)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
