using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Marketplace.Sync;

/// <summary>The first thing found wrong while reading; later finds do not matter.</summary>
internal sealed class FirstProblem
{
    public string? Text { get; private set; }

    public void Set(string problem) => Text ??= problem;
}

/// <summary>
/// Reads the members of one JSON object by name and bound, and knows which were not asked for. A missing or wrong member is noted as the
/// problem and read as a default, so that a caller asks everything first and looks at the problem once.
/// </summary>
internal sealed class MemberReader
{
    // Longest number that can matter: 10 digits, point, 4 decimals; the rest is room for exponents and zeros.
    private const int MaxNumberLength = 32;

    private readonly FirstProblem _problem;
    private readonly string _path;
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);

    public MemberReader(JsonElement element, FirstProblem problem, string path = "")
    {
        (_problem, _path) = (problem, path);
        if (element.ValueKind != JsonValueKind.Object)
        {
            problem.Set(path.Length == 0 ? "The data must be a JSON object." : $"'{path}' must be a JSON object.");
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            _members[member.Name] = member.Value;
        }
    }

    /// <summary>Members that nobody asked for.</summary>
    public IReadOnlyDictionary<string, JsonElement> Rest => _members;

    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    public JsonElement? Take(string name) =>
        _members.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string Id(string name)
    {
        var id = Take(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        if (!EventLimits.IsId(id))
        {
            _problem.Set($"'{PathOf(name)}' must be an id: 1–{EventLimits.MaxIdLength} visible ASCII characters without '/'.");
        }

        return id ?? string.Empty;
    }

    public string? Text(string name, int maxLength = EventLimits.MaxShortTextLength)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (text is null || !EventLimits.IsText(text, maxLength))
        {
            _problem.Set($"'{PathOf(name)}' must be text of at most {maxLength} characters without control characters.");
            return null;
        }

        return text;
    }

    /// <summary>A word of a list that the source keeps; null if it is missing.</summary>
    public string? Code(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        var code = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (!EventLimits.IsCode(code))
        {
            _problem.Set($"'{PathOf(name)}' must be a code: 1–{EventLimits.MaxCodeLength} of A–Z a–z 0–9 . _ -");
            return null;
        }

        return code;
    }

    public string RequiredText(string name, int maxLength = EventLimits.MaxShortTextLength)
    {
        var text = Text(name, maxLength);
        if (string.IsNullOrEmpty(text))
        {
            _problem.Set($"'{PathOf(name)}' is needed.");
        }

        return text ?? string.Empty;
    }

    public int Whole(string name, int min, int max) => OptionalWhole(name, min, max) ?? Missing(name);

    public int? OptionalWhole(string name, int min, int max)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number) || number < min || number > max)
        {
            _problem.Set(string.Create(CultureInfo.InvariantCulture, $"'{PathOf(name)}' must be a whole number from {min} to {max}."));
            return null;
        }

        return number;
    }

    public decimal Amount(string name) => OptionalAmount(name) ?? Missing(name);

    public decimal? OptionalAmount(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number
            || value.GetRawText().Length > MaxNumberLength
            || !value.TryGetDecimal(out var amount)
            || !EventLimits.IsAmount(amount))
        {
            _problem.Set($"'{PathOf(name)}' must be a number from 0 to {EventLimits.MaxAmount:0} with at most {EventLimits.MaxDecimals} decimals.");
            return null;
        }

        return amount;
    }

    public string Currency(string name)
    {
        var text = Text(name, 3);
        if (text is not { Length: 3 } || !text.All(char.IsAsciiLetterUpper))
        {
            _problem.Set($"'{PathOf(name)}' must be a currency code of three capital letters.");
        }

        return text ?? string.Empty;
    }

    public DateTimeOffset? Instant(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        // Years 0 and 9999 with an offset lie outside what an instant can be; TryGet says no to them.
        if (value.ValueKind != JsonValueKind.String || !value.TryGetDateTimeOffset(out var at) || at < EventLimits.Earliest || at.Year > 2200)
        {
            _problem.Set($"'{PathOf(name)}' must be an ISO 8601 instant from the year 2000 on.");
            return null;
        }

        return EventLimits.ToMilliseconds(at);
    }

    /// <summary>The array's elements; none if it is missing.</summary>
    public IReadOnlyList<JsonElement> Array(string name, int min, int max)
    {
        var value = Take(name);
        if (value is null && min == 0)
        {
            return [];
        }

        if (value is not { ValueKind: JsonValueKind.Array } array || array.GetArrayLength() < min || array.GetArrayLength() > max)
        {
            _problem.Set($"'{PathOf(name)}' must be an array of {min} to {max} elements.");
            return [];
        }

        return [.. array.EnumerateArray()];
    }

    public ImmutableSortedDictionary<string, string>? Texts(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() > EventLimits.MaxAttributes)
        {
            _problem.Set($"'{PathOf(name)}' must be an object of at most {EventLimits.MaxAttributes} texts.");
            return null;
        }

        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : null;
            if (text is null || !EventLimits.IsText(text, EventLimits.MaxTextLength) || !EventLimits.IsText(member.Name, EventLimits.MaxShortTextLength))
            {
                _problem.Set($"'{PathOf(name)}' must hold texts of at most {EventLimits.MaxTextLength} characters without control characters.");
                return null;
            }

            texts[member.Name] = text;
        }

        return texts.ToImmutable();
    }

    private int Missing(string name)
    {
        _problem.Set($"'{PathOf(name)}' is needed.");
        return 0;
    }
}
