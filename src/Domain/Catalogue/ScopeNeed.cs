using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Marketplace.Catalogue;

/// <summary>
/// What an operation needs, as text: one scope, or several of which any one will do: <c>orders.read or products.read</c>.
/// </summary>
public static class ScopeNeed
{
    private const string Or = " or ";

    // Needs come from the table of operations, so there are few.
    private static readonly ConcurrentDictionary<string, ImmutableArray<string>> Parsed = new(StringComparer.Ordinal);

    /// <summary>The need of any one of some scopes.</summary>
    public static string Any(params IEnumerable<string> scopes) => string.Join(Or, scopes);

    /// <summary>True if several scopes serve.</summary>
    public static bool IsChoice(string need)
    {
        ArgumentNullException.ThrowIfNull(need);
        return need.Contains(Or, StringComparison.Ordinal);
    }

    /// <summary>The scopes of which any one will do.</summary>
    public static ImmutableArray<string> Scopes(string need) =>
        IsChoice(need) ? Parsed.GetOrAdd(need, static text => [.. text.Split(Or)]) : [need];
}
