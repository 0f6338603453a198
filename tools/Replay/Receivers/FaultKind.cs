namespace Marketplace.Replay.Receivers;

/// <summary>A receiver's injected fault.</summary>
internal enum FaultKind
{
    None,

    /// <summary>Answers 500 without storing.</summary>
    Error,

    /// <summary>Does not answer within the time-out, without storing.</summary>
    Hang,

    /// <summary>Closes the connection without storing.</summary>
    Drop,

    /// <summary>Stores it, then closes the connection: the reply is lost.</summary>
    Lose,

    /// <summary>Stores it, then answers 500.</summary>
    Lie,

    /// <summary>Stores it and answers 200 with a truncated body.</summary>
    Garble,

    /// <summary>Answers 429 with Retry-After: 1, without storing.</summary>
    Busy,

    /// <summary>Answers 410, once for some installations; the plugin sets the endpoint again later.</summary>
    Gone,

    /// <summary>A whole receiver stops listening for some seconds.</summary>
    Restart,

    /// <summary>Answers 500 for a rare event until it is a dead letter; it must arrive when dead letters are replayed.</summary>
    Poison,
}
