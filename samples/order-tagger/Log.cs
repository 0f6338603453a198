namespace OrderTagger;

/// <summary>What is logged: ids and codes, nothing of a buyer.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Events arrive at {Url}.")]
    public static partial void Subscribed(this ILogger logger, Uri url);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Installation} has not granted what it takes to {Action}.")]
    public static partial void NotGranted(this ILogger logger, string installation, string action);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Installation} {Order}: {Action}: {Status} {Code}")]
    public static partial void Refused(this ILogger logger, string installation, string order, string action, int status, string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Later: {Why}")]
    public static partial void Later(this ILogger logger, string why);
}
