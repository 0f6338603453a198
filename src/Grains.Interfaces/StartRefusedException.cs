namespace Marketplace;

/// <summary>
/// The process must not start, or must not go on, and knows why. The message is one line for the operator: it names the setting or the file
/// and says what is allowed. The host prints it after "The start failed:" and ends with the exit code; no stack trace is written.
/// </summary>
public sealed class StartRefusedException : InvalidOperationException
{
    /// <summary>Something outside the process is wrong: a port, a folder, a database, a file.</summary>
    public const int Failed = 1;

    /// <summary>A setting or an argument is wrong.</summary>
    public const int WrongSetting = 2;

    /// <summary>The store contradicts itself or is damaged; starting again does not help.</summary>
    public const int StoreNotTrusted = 3;

    public StartRefusedException(string message, int exitCode = WrongSetting, Exception? innerException = null)
        : base(message, innerException) => ExitCode = exitCode;

    /// <summary>The exit code of the process.</summary>
    public int ExitCode { get; }
}
