namespace Marketplace.Silo.Start;

/// <summary>Where the process is in its life; decides how much the console says of an exception.</summary>
internal static class ProcessPhase
{
    private static volatile Phase Now = Phase.Running;

    /// <summary>How far the process has come.</summary>
    public enum Phase
    {
        /// <summary>What goes wrong is said once, in one line, when the start has failed.</summary>
        Starting,

        Running,

        /// <summary>Work that is broken off is no fault.</summary>
        Stopping,

        /// <summary>The cause is on the console; what breaks behind it is not told.</summary>
        Failed,
    }

    public static Phase Current
    {
        get => Now;
        set => Now = value;
    }
}
