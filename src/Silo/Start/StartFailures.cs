using System.Net.Sockets;
using Marketplace.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Marketplace.Silo.Start;

/// <summary>Explains in one line why the process cannot start or continue: the setting or file, and what to do.</summary>
internal static class StartFailures
{
    private const string Urls = "--urls (or ASPNETCORE_URLS)";
    private const string DataFolder = "Marketplace:DataFolder";
    private const string ConnectionString = StorageOptions.Section + ":" + nameof(StorageOptions.ConnectionString);

    /// <summary>The line and the exit code of a failure; null for an unforeseen one, which is a bug.</summary>
    public static (string Line, int ExitCode)? Explain(Exception failure)
    {
        foreach (var e in Chain(failure))
        {
            if (Explained(e, failure) is { } explained)
            {
                return (Spelling.OneLine(explained.Line), explained.ExitCode);
            }
        }

        return null;
    }

    /// <summary>Whether nothing but a cancellation is behind it; Orleans says so with an exception type of its own.</summary>
    public static bool IsCancellation(Exception failure) =>
        failure is AggregateException several
            ? several.InnerExceptions.All(IsCancellation)
            : failure is OperationCanceledException or OrleansLifecycleCanceledException;

    private static (string Line, int ExitCode)? Explained(Exception e, Exception failure) =>
        e switch
        {
            StartRefusedException refused => (refused.Message, refused.ExitCode),
            OptionsValidationException options => (string.Join(" ", options.Failures), StartRefusedException.WrongSetting),
            IOException { InnerException: AddressInUseException } => Failed(
                $"{e.Message} Another program listens there; name another address with {Urls}."
            ),

            // Kestrel's message contains the address; the silo's own port is reported as it is.
            AddressInUseException => Failed(
                "the port is in use by another program; choose another with Marketplace:Silo:Port or GatewayPort."
            ),
            SocketException socket => Failed(OfSocket(socket, failure)),
            PostgresException refused => Failed(
                $"the database refused: {refused.MessageText} ({refused.SqlState}). Check {ConnectionString}."
            ),
            NpgsqlException => Failed($"the database cannot be reached: {e.Message}. Check {ConnectionString}."),
            SqliteException => Failed(
                $"a file of the data folder cannot be used: {e.Message}. Check {DataFolder} and the rights of its files."
            ),
            UnauthorizedAccessException => Failed(
                $"{e.Message} The program's user needs the right to read and write it; the folder is named by {DataFolder}."
            ),
            StoreUnavailableException => Failed(e.Message),

            // Exceptions of setup code about settings.
            InvalidOperationException or FormatException or InvalidDataException => Failed(e.Message),
            _ => null,
        };

    private static (string Line, int ExitCode) Failed(string line) => (line, StartRefusedException.Failed);

    private static string OfSocket(SocketException socket, Exception failure)
    {
        var setting = failure.ToString().Contains("Orleans.", StringComparison.Ordinal)
            ? "Marketplace:Silo:Port, GatewayPort or Address"
            : Urls;
        return socket.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => $"the port is in use by another program; choose another with {setting}.",
            SocketError.AccessDenied => $"the program's user must not listen on this port; choose one above 1023 with {setting}.",
            SocketError.AddressNotAvailable => $"this machine does not have the address; check {setting}.",
            _ => $"{socket.Message}. Check {setting}.",
        };
    }

    /// <summary>The exception and its inner exceptions, outermost first.</summary>
    private static IEnumerable<Exception> Chain(Exception failure)
    {
        for (var e = failure; e is not null; e = e is AggregateException { InnerExceptions: [var first, ..] } ? first : e.InnerException)
        {
            yield return e;
        }
    }
}
