using System.Diagnostics.CodeAnalysis;

namespace Marketplace;

/// <summary>
/// A rule's refusal as a value. The code names the rule for machines, the reason explains it in a sentence, and the evidence names the
/// counter, its limit and the instant at which the same request may pass (C1: no refusal without them).
/// </summary>
/// <param name="Code">Kebab-case constant of the feature that refuses, for example <c>quota-exceeded</c>.</param>
/// <param name="Reason">One sentence with figures; never contains a buyer's data.</param>
/// <param name="FixBy">Who can lift the refusal: <c>seller</c>, <c>plugin</c>, <c>developer</c>, <c>platform</c>, <c>upstream</c> or
/// <c>time</c>.</param>
/// <param name="Fix">What that party must do.</param>
[GenerateSerializer, Immutable, Alias("mp.refusal")]
public sealed record Refusal(
    [property: Id(0)] string Code,
    [property: Id(1)] string Reason,
    [property: Id(2)] string FixBy,
    [property: Id(3)] string Fix
)
{
    /// <summary>The exhausted counter (<c>daily</c>, <c>burst</c>, <c>spend</c>); null if no counter is involved.</summary>
    [Id(4)]
    public string? Counter { get; init; }

    /// <summary>The counter's limit, in calls or CNY.</summary>
    [Id(5)]
    public decimal? Limit { get; init; }

    /// <summary>The used part, including calls in flight.</summary>
    [Id(6)]
    public decimal? Used { get; init; }

    /// <summary>When the counter restarts.</summary>
    [Id(7)]
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>When the next call passes if nothing else changes; null where waiting does not help.</summary>
    [Id(8)]
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Further facts by name, for example the missing scope.</summary>
    [Id(9)]
    public IReadOnlyDictionary<string, string>? Evidence { get; init; }

    /// <summary>Reads one fact of the evidence; false if it holds none of this name.</summary>
    public bool TryGet<T>(RefusalFact<T> fact, [MaybeNullWhen(false)] out T value)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (Evidence is { } evidence && evidence.TryGetValue(fact.Name, out var text))
        {
            value = fact.Read(text);
            return true;
        }

        value = default;
        return false;
    }
}

/// <summary>A value, or the refusal that replaces it.</summary>
/// <typeparam name="T">The value's type.</typeparam>
[GenerateSerializer, Immutable, Alias("mp.outcome`1")]
public readonly record struct Outcome<T>([property: Id(0)] T? Value, [property: Id(1)] Refusal? Refusal)
{
    /// <summary>True if there is a value.</summary>
    public bool Succeeded => Refusal is null;

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}
