using System.Globalization;

namespace Marketplace.TestKit.Client;

/// <summary>One policy of the <c>RateLimit</c> and <c>RateLimit-Policy</c> fields.</summary>
/// <param name="Quota"><c>q</c>: calls per window.</param>
/// <param name="Window"><c>w</c>: the window.</param>
/// <param name="Remaining"><c>r</c>: calls left; null if the answer does not say.</param>
/// <param name="Reset"><c>t</c>: time until more are left; null if the answer does not say.</param>
public sealed record RateLimit(long Quota, TimeSpan? Window, long? Remaining, TimeSpan? Reset)
{
    /// <summary>Reads both fields, by the policies' names.</summary>
    public static IReadOnlyDictionary<string, RateLimit> Parse(string? policies, string? states)
    {
        var current = Items(states);
        return Items(policies)
            .ToDictionary(
                policy => policy.Key,
                policy => new RateLimit(
                    Number(policy.Value, "q") ?? 0,
                    Seconds(policy.Value, "w"),
                    Number(current.GetValueOrDefault(policy.Key), "r"),
                    Seconds(current.GetValueOrDefault(policy.Key), "t")
                )
            );
    }

    private static Dictionary<string, Dictionary<string, string>> Items(string? field) =>
        (field ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(item => item.Split(';', StringSplitOptions.TrimEntries))
            .ToDictionary(
                parts => parts[0].Trim('"'),
                parts =>
                    parts
                        .Skip(1)
                        .Select(part => part.Split('=', 2))
                        .Where(pair => pair.Length == 2)
                        .ToDictionary(pair => pair[0], pair => pair[1])
            );

    private static long? Number(Dictionary<string, string>? parameters, string name) =>
        parameters?.GetValueOrDefault(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    private static TimeSpan? Seconds(Dictionary<string, string>? parameters, string name) =>
        Number(parameters, name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
