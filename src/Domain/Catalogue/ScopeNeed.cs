using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Marketplace.Catalogue;

/// <summary>
/// The scopes of which an operation needs any one; most name only one. As text, on the wire and in documents: <c>orders.read or
/// products.read</c>.
/// </summary>
public readonly struct ScopeNeed : IEquatable<ScopeNeed>
{
    private const string Or = " or ";

    // Filled by Any alone, from the table of operations: texts of callers would stay for the life of the process.
    private static readonly ConcurrentDictionary<string, ImmutableArray<string>> Choices = new(StringComparer.Ordinal);

    private readonly string? _text;
    private readonly ImmutableArray<string> _choice;

    private ScopeNeed(string text, ImmutableArray<string> choice) => (_text, _choice) = (text, choice);

    /// <summary>The scope where there is no choice; null where any one of several will do.</summary>
    public string? OnlyScope => _choice.IsDefault ? Text : null;

    /// <summary>The scopes, in the order in which they were named.</summary>
    public ImmutableArray<string> Scopes => _choice.IsDefault ? [Text] : _choice;

    private string Text => _text ?? string.Empty;

    /// <summary>A requirement met by any one of the given scopes.</summary>
    public static ScopeNeed Any(params IEnumerable<string> scopes)
    {
        ImmutableArray<string> choice = [.. scopes];
        var text = string.Join(Or, choice);
        return choice.Length > 1 ? new ScopeNeed(text, Choices.GetOrAdd(text, choice)) : new ScopeNeed(text, default);
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static ScopeNeed Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // Every call passes here, so a single scope costs no allocation.
        return text.Contains(Or, StringComparison.Ordinal)
            ? new ScopeNeed(text, Choices.TryGetValue(text, out var choice) ? choice : [.. text.Split(Or)])
            : new ScopeNeed(text, default);
    }

    public static implicit operator ScopeNeed(string text) => Parse(text);

    public static bool operator ==(ScopeNeed left, ScopeNeed right) => left.Equals(right);

    public static bool operator !=(ScopeNeed left, ScopeNeed right) => !left.Equals(right);

    public bool Equals(ScopeNeed other) => Text == other.Text;

    public override bool Equals(object? obj) => obj is ScopeNeed other && Equals(other);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public override string ToString() => Text;
}
