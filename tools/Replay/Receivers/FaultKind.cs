namespace Marketplace.Replay.Receivers;

/// <summary>How a receiver misbehaves.</summary>
internal enum FaultKind
{
    None,

    /// <summary>Answers 500 and keeps nothing.</summary>
    Error,

    /// <summary>Gives no answer within the time-out, and keeps nothing.</summary>
    Hang,

    /// <summary>Closes the connection and keeps nothing.</summary>
    Drop,

    /// <summary>Keeps it, then closes the connection: the reply is lost.</summary>
    Lose,

    /// <summary>Keeps it, then answers 500.</summary>
    Lie,

    /// <summary>Keeps it and answers 200 with a body that breaks off.</summary>
    Garble,

    /// <summary>Answers 429 with Retry-After: 1 and keeps nothing.</summary>
    Busy,

    /// <summary>Answers 410, once for some installations; the plugin names the endpoint again later.</summary>
    Gone,

    /// <summary>A whole receiver stops to listen for some seconds.</summary>
    Restart,

    /// <summary>Answers 500 for a rare event until it is given up; it must come when the dead letters are replayed.</summary>
    Poison,
}
