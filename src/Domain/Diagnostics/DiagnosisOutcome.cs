using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Diagnostics;

/// <summary>The outcome of a diagnosis as reported by the seller (R60).</summary>
/// <param name="Located">True if it named the cause.</param>
/// <param name="Cause">Code of the finding that was the cause; null if unknown.</param>
/// <param name="Fixed">True if the problem is solved; null if not stated.</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.outcome")]
public sealed record DiagnosisOutcome([property: Id(0)] bool Located, [property: Id(1)] string? Cause, [property: Id(2)] bool? Fixed);

/// <summary>Records the outcome of one diagnosis.</summary>
/// <param name="Diagnosis">Id of the session.</param>
/// <param name="Outcome">What the seller says.</param>
public sealed record RecordOutcome(string Diagnosis, DiagnosisOutcome Outcome)
{
    /// <summary>What the command says, as one value: a repeat of an operation id must be the same command.</summary>
    public string Fingerprint =>
        CommandFingerprint.Of("outcome", Diagnosis, Outcome.Located.ToString(), Outcome.Cause, Outcome.Fixed?.ToString());
}

/// <summary>An outcome as a journal fact, with everything needed to count it without the diagnosis.</summary>
/// <param name="Diagnosis">Id of the session.</param>
/// <param name="CheckedAt">When it began.</param>
/// <param name="Codes">Codes of its findings, likeliest first.</param>
/// <param name="Located">True if it named the cause.</param>
/// <param name="Cause">Code of the finding that was the cause.</param>
/// <param name="Fixed">True if the problem is solved.</param>
public sealed record OutcomeReported(
    string Diagnosis,
    DateTimeOffset CheckedAt,
    ImmutableArray<string> Codes,
    bool Located,
    string? Cause,
    bool? Fixed
) : IJournalEvent
{
    /// <summary>The journal type.</summary>
    public const string FactType = "outcome-told";

    string IJournalEvent.Type => FactType;

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, OutcomeJson.Default.OutcomeReported);

    public static OutcomeReported Decode(ReadOnlyMemory<byte> payload) =>
        JsonSerializer.Deserialize(payload.Span, OutcomeJson.Default.OutcomeReported)
        ?? throw new FormatException("An outcome's fact is empty.");
}

/// <summary>
/// The outcomes of one installation, or a sum of many; gives the share of diagnoses that located the cause (R60). For a diagnosis with two
/// reported outcomes the last one counts.
/// </summary>
/// <param name="Sessions">Diagnoses run.</param>
/// <param name="WithOutcome">Diagnoses with a reported outcome.</param>
/// <param name="Located">Diagnoses that named the cause.</param>
/// <param name="Fixed">Diagnoses after which the problem was solved.</param>
/// <param name="WithinFiveMinutes">Located ones whose outcome was reported within five minutes of the diagnosis.</param>
/// <param name="SecondsToLocate">
/// From diagnosis to outcome for the located ones; the newest <see cref="MaxTimes"/> of an installation.
/// </param>
/// <param name="Causes">Located ones by cause.</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.outcome-figures")]
public sealed record OutcomeFigures(
    [property: Id(0)] long Sessions,
    [property: Id(1)] long WithOutcome,
    [property: Id(2)] long Located,
    [property: Id(3)] long Fixed,
    [property: Id(4)] long WithinFiveMinutes,
    [property: Id(5)] ImmutableArray<double> SecondsToLocate,
    [property: Id(6)] ImmutableSortedDictionary<string, long> Causes
)
{
    /// <summary>Maximum times kept per installation.</summary>
    public const int MaxTimes = 20;

    private static readonly TimeSpan Quick = TimeSpan.FromMinutes(5);

    public static OutcomeFigures None { get; } = new(0, 0, 0, 0, 0, [], ImmutableSortedDictionary<string, long>.Empty);

    /// <summary>The share of outcomes that located the cause; null without any.</summary>
    public double? ShareLocated => WithOutcome == 0 ? null : (double)Located / WithOutcome;

    public double? MedianSecondsToLocate
    {
        get
        {
            var sorted = SecondsToLocate.Sort();
            return sorted.IsEmpty ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    /// <summary>Adds one outcome; <paramref name="before"/> is the outcome reported earlier for the same diagnosis.</summary>
    public OutcomeFigures With(OutcomeReported outcome, DateTimeOffset at, (OutcomeReported Outcome, DateTimeOffset At)? before)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var figures = before is { } earlier ? Count(earlier.Outcome, earlier.At, -1) : this;
        return figures.Count(outcome, at, 1);
    }

    public OutcomeFigures Plus(OutcomeFigures other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new OutcomeFigures(
            Sessions + other.Sessions,
            WithOutcome + other.WithOutcome,
            Located + other.Located,
            Fixed + other.Fixed,
            WithinFiveMinutes + other.WithinFiveMinutes,
            SecondsToLocate.AddRange(other.SecondsToLocate),
            other.Causes.Aggregate(Causes, (sum, cause) => Add(sum, cause.Key, cause.Value))
        );
    }

    private static ImmutableSortedDictionary<string, long> Add(ImmutableSortedDictionary<string, long> causes, string cause, long by)
    {
        var sum = causes.GetValueOrDefault(cause) + by;
        return sum == 0 ? causes.Remove(cause) : causes.SetItem(cause, sum);
    }

    private OutcomeFigures Count(OutcomeReported outcome, DateTimeOffset at, int by)
    {
        var took = at - outcome.CheckedAt;
        return this with
        {
            WithOutcome = WithOutcome + by,
            Located = Located + (outcome.Located ? by : 0),
            Fixed = Fixed + (outcome.Fixed == true ? by : 0),
            WithinFiveMinutes = WithinFiveMinutes + (outcome.Located && took <= Quick ? by : 0),
            SecondsToLocate =
                !outcome.Located ? SecondsToLocate
                : by < 0 ? SecondsToLocate.Remove(took.TotalSeconds)
                : Newest(SecondsToLocate.Add(took.TotalSeconds)),
            Causes = outcome is { Located: true, Cause: { } cause } ? Add(Causes, cause, by) : Causes,
        };
    }

    private static ImmutableArray<double> Newest(ImmutableArray<double> times) => times.Length <= MaxTimes ? times : times.RemoveAt(0);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OutcomeReported))]
internal sealed partial class OutcomeJson : JsonSerializerContext;
