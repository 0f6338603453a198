namespace Marketplace;

/// <summary>
/// The process must not start, or must not continue, for a known reason. The message is one line for the operator: it names the setting or
/// the file and the permitted values. The host prints it after "The start failed:" and ends with the exit code, without a stack trace.
/// </summary>
public sealed class StartRefusedException : InvalidOperationException
{
    /// <summary>An external fault: a port, a folder, a database, a file.</summary>
    public const int Failed = 1;

    /// <summary>A setting or an argument is invalid.</summary>
    public const int WrongSetting = 2;

    /// <summary>The store is inconsistent or damaged; restarting does not help.</summary>
    public const int StoreNotTrusted = 3;

    public StartRefusedException(string message, int exitCode = WrongSetting, Exception? innerException = null)
        : base(message, innerException) => ExitCode = exitCode;

    /// <summary>The exit code of the process.</summary>
    public int ExitCode { get; }
}
