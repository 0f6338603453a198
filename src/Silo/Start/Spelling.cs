namespace Marketplace.Silo.Start;

/// <summary>Suggests the intended name for a misspelt one.</summary>
internal static class Spelling
{
    /// <summary>The nearest candidate; null if none is near. A name in another section counts as near, too.</summary>
    public static string? Nearest(string path, IEnumerable<string> candidates)
    {
        var leaf = path[(path.LastIndexOf(':') + 1)..];
        return candidates
            .Select(name => (Name: name, Distance: Math.Min(Distance(name, path), Distance(name[(name.LastIndexOf(':') + 1)..], leaf) + 1)))
            .Where(near => near.Distance <= Math.Max(2, leaf.Length / 4))
            .OrderBy(near => near.Distance)
            .ThenBy(near => Distance(near.Name, path))
            .ThenBy(near => near.Name, StringComparer.Ordinal)
            .Select(near => near.Name)
            .FirstOrDefault();
    }

    /// <summary>The edit distance in letters, ignoring case.</summary>
    public static int Distance(string one, string other)
    {
        var before = Enumerable.Range(0, other.Length + 1).ToArray();
        foreach (var letter in one)
        {
            var row = new int[other.Length + 1];
            row[0] = before[0] + 1;
            for (var i = 1; i <= other.Length; i++)
            {
                var change = char.ToUpperInvariant(letter) == char.ToUpperInvariant(other[i - 1]) ? 0 : 1;
                row[i] = Math.Min(before[i - 1] + change, Math.Min(before[i], row[i - 1]) + 1);
            }

            before = row;
        }

        return before[^1];
    }

    public static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
