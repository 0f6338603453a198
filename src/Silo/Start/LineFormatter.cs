using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Marketplace.Silo.Start;

/// <summary>
/// One line per log entry: instant (UTC, milliseconds), level, category, message, and the exception as types and messages. The stack
/// follows in the same line where it helps: for errors while the process runs. <c>Logging:Console:FormatterName</c> selects other formats.
/// </summary>
internal sealed class LineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "marketplace";

    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (IsSuppressed(ProcessPhase.Current, logEntry.Category, logEntry.Exception) || IsCollectorNote(logEntry))
        {
            return;
        }

        textWriter.Write(TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        textWriter.Write(' ');
        textWriter.Write(NameOf(logEntry.LogLevel));
        textWriter.Write(' ');
        textWriter.Write(logEntry.Category);
        textWriter.Write(": ");
        textWriter.Write(Spelling.OneLine(logEntry.Formatter(logEntry.State, logEntry.Exception)));
        if (logEntry.Exception is { } exception)
        {
            WriteException(exception, logEntry.LogLevel, textWriter);
        }

        textWriter.WriteLine();
    }

    /// <summary>True for an entry that would alarm an operator for nothing, or repeats what the start's one line says.</summary>
    internal static bool IsSuppressed(ProcessPhase.Phase phase, string category, Exception? exception) =>
        phase switch
        {
            ProcessPhase.Phase.Failed => true,
            ProcessPhase.Phase.Starting => exception is not null && (category == HostCategory || IsOrleans(category)),
            // A stop rejects and cancels the calls that are under way, and finds no silo for those that come.
            ProcessPhase.Phase.Stopping => exception is ObjectDisposedException
                || (exception is not null && StartFailures.IsCancellation(exception))
                || (exception is OrleansException && IsOrleans(category)),
            _ => false,
        };

    /// <summary>
    /// True for what Orleans warns of at every start: that the server's collector is not in use, which we chose (Silo.csproj).
    /// </summary>
    private static bool IsCollectorNote<TState>(in LogEntry<TState> entry) =>
        entry is { Category: "Orleans.Runtime.Silo", LogLevel: LogLevel.Warning }
        && entry.Formatter(entry.State, entry.Exception).Contains("ServerGC", StringComparison.Ordinal);

    /// <summary>Orleans, and Polly, by which it repeats the placement of a grain.</summary>
    private static bool IsOrleans(string category) => category == "Polly" || category.StartsWith("Orleans.", StringComparison.Ordinal);

    private static void WriteException(Exception exception, LogLevel level, TextWriter text)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            text.Write(e == exception ? " | " : " <- ");
            text.Write(e.GetType().FullName);
            text.Write(": ");
            text.Write(Spelling.OneLine(e.Message));
        }

        if (level >= LogLevel.Error && ProcessPhase.Current == ProcessPhase.Phase.Running && exception.StackTrace is { } stack)
        {
            text.Write(" | ");
            text.Write(Spelling.OneLine(stack));
        }
    }

    private static string NameOf(LogLevel level) =>
        level switch
        {
            LogLevel.Critical => "critical",
            LogLevel.Error => "error",
            LogLevel.Warning => "warning",
            LogLevel.Information => "info",
            _ => "debug",
        };
}
