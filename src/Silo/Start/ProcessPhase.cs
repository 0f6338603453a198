namespace Marketplace.Silo.Start;

/// <summary>The phase of the process; decides how much of an exception the console shows.</summary>
internal static class ProcessPhase
{
    private static volatile Phase Now = Phase.Running;

    /// <summary>Phases of the process.</summary>
    public enum Phase
    {
        /// <summary>A failure is printed once, in one line, when the start has failed.</summary>
        Starting,

        Running,

        /// <summary>Interrupted work is no error.</summary>
        Stopping,

        /// <summary>The cause is on the console; later failures are not printed.</summary>
        Failed,
    }

    public static Phase Current
    {
        get => Now;
        set => Now = value;
    }
}
