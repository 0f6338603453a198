using System.Globalization;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Ledger;

/// <summary>The parsed command line.</summary>
public sealed record LedgerArguments
{
    public const string Usage = """
        Usage: ledger <command> (--data <folder> | --postgres <connection string>)

          verify [--json]                              check every chain and recompute every bill
          export ledger|feed|journal|delivery [--out <file>]  write a log as NDJSON
          bill --seller <id> --month <yyyy-MM> [--csv] recompute a bill from its calls
          evidence verify <file> [--keys <file>]       check a signed bundle of evidence; the store is optional here,
                                                       and with it rows and events are looked up in it
          proof verify <file> --keys <file>            check a seller's proof of its bill; needs no store

        --data names the data folder of a stopped embedded silo.
        Exit code: 0 all is well, 1 something is wrong in the logs, 2 the command cannot be carried out.
        """;

    public required string Command { get; init; }

    public ExportLog Log { get; init; }

    public string? Data { get; init; }

    public string? Postgres { get; init; }

    public string? Out { get; init; }

    public SellerId Seller { get; init; }

    public DateOnly Month { get; init; }

    public bool Csv { get; init; }

    public bool Json { get; init; }

    /// <summary>The signed bundle to verify; null for other commands.</summary>
    public string? Bundle { get; init; }

    /// <summary>The proof of a bill to verify; null for other commands.</summary>
    public string? Proof { get; init; }

    /// <summary>The published keys in the form of <c>/.well-known/marketplace-keys</c>; null to skip the signature check.</summary>
    public string? Keys { get; init; }

    /// <summary>True if the command reads a store.</summary>
    public bool HasStore => Data is not null || Postgres is not null;

    /// <exception cref="FormatException">The arguments are not a command; the message says why.</exception>
    public static LedgerArguments Parse(IReadOnlyList<string> args)
    {
        var rest = new Queue<string>(args);
        var parsed = CommandOf(rest);
        while (rest.TryDequeue(out var name))
        {
            parsed = Option(parsed, name, rest);
        }

        return Checked(parsed);
    }

    private static LedgerArguments CommandOf(Queue<string> rest) =>
        rest.TryDequeue(out var command)
            ? command switch
            {
                "verify" or "bill" => new LedgerArguments { Command = command },
                "export" => new LedgerArguments { Command = command, Log = LogOf(Value("export", rest)) },
                "evidence" => Value("evidence", rest) == "verify"
                    ? new LedgerArguments { Command = command, Bundle = Value("evidence verify", rest) }
                    : throw new FormatException("evidence can be verified: evidence verify <file>."),
                "proof" => Value("proof", rest) == "verify"
                    ? new LedgerArguments { Command = command, Proof = Value("proof verify", rest) }
                    : throw new FormatException("a proof can be verified: proof verify <file> --keys <file>."),
                _ => throw new FormatException($"'{command}' is not a command."),
            }
            : throw new FormatException("A command is needed.");

    private static LedgerArguments Option(LedgerArguments parsed, string name, Queue<string> rest) =>
        (name, parsed.Command) switch
        {
            ("--keys", "proof") => parsed with { Keys = Value(name, rest) },
            (_, "proof") => throw new FormatException($"'{name}' is not an option of proof."),
            ("--data", _) => parsed with { Data = Value(name, rest) },
            ("--postgres", _) => parsed with { Postgres = Value(name, rest) },
            ("--json", "verify") => parsed with { Json = true },
            ("--out", "export") => parsed with { Out = Value(name, rest) },
            ("--keys", "evidence") => parsed with { Keys = Value(name, rest) },
            ("--csv", "bill") => parsed with { Csv = true },
            ("--seller", "bill") => parsed with { Seller = SellerId.Parse(Value(name, rest), null) },
            ("--month", "bill") => parsed with { Month = MonthOf(Value(name, rest)) },
            _ => throw new FormatException($"'{name}' is not an option of {parsed.Command}."),
        };

    private static LedgerArguments Checked(LedgerArguments parsed)
    {
        if (parsed is { Command: "evidence", HasStore: false })
        {
            return parsed;
        }

        if (parsed.Command == "proof")
        {
            return parsed.Keys is not null ? parsed : throw new FormatException("proof verify needs --keys.");
        }

        if (parsed.Data is null == parsed.Postgres is null)
        {
            throw new FormatException("Either --data or --postgres is needed.");
        }

        return parsed.Command != "bill" || (parsed.Seller != default && parsed.Month != default)
            ? parsed
            : throw new FormatException("bill needs --seller and --month.");
    }

    private static string Value(string name, Queue<string> rest) =>
        rest.TryDequeue(out var value) ? value : throw new FormatException($"{name} needs a value.");

    private static ExportLog LogOf(string name) =>
        name switch
        {
            "ledger" => ExportLog.Ledger,
            "feed" => ExportLog.Feed,
            "journal" => ExportLog.Journal,
            "delivery" => ExportLog.Delivery,
            _ => throw new FormatException($"'{name}' is not a log: ledger, feed, journal or delivery."),
        };

    private static DateOnly MonthOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)
            ? month
            : throw new FormatException($"'{text}' is not a month: yyyy-MM.");
}
