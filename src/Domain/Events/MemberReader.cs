using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Marketplace.Privacy;

namespace Marketplace.Events;

/// <summary>Keeps the first problem found while reading; later ones are ignored.</summary>
/// <param name="prefix">Prefix of every path, for example <c>data.</c></param>
/// <param name="whole">The name of the object as a whole.</param>
internal sealed class FirstProblem(string prefix = "", string whole = "The body")
{
    /// <summary>The attribute's path and the expectation it failed.</summary>
    public string? Text { get; private set; }

    /// <summary>The path alone; empty for the whole object.</summary>
    public string Attribute { get; private set; } = string.Empty;

    public void Set(string path, string expected)
    {
        if (Text is null)
        {
            Attribute = path.Length == 0 ? prefix.TrimEnd('.') : prefix + path;
            Text = path.Length == 0 ? $"{whole} {expected}" : $"'{Attribute}' {expected}";
        }
    }
}

/// <summary>
/// Reads the members of one JSON object by name and bound, and collects unread ones. A missing or invalid member is recorded as the problem
/// and read as a default, so that a caller reads everything first and checks the problem once.
/// </summary>
internal sealed class MemberReader
{
    // Longest useful number: 10 digits, point, 4 decimals; the rest is room for exponents and zeros.
    private const int MaxNumberLength = 32;

    private static readonly string AmountForm = string.Create(
        CultureInfo.InvariantCulture,
        $"a number from 0 to {EventLimits.MaxAmount:0} with at most {EventLimits.MaxDecimals} decimals"
    );

    private readonly FirstProblem _problem;
    private readonly string _path;
    private readonly IntakeChanges? _changes;
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);

    /// <param name="element">The expected object.</param>
    /// <param name="problem">Receives the first invalid member.</param>
    /// <param name="path">Path of the object.</param>
    /// <param name="changes">
    /// If given, free texts are accepted leniently (cleaned, truncated, numbers as texts, other values left in <see cref="Rest"/>) and each
    /// change is recorded here; otherwise they are refused.
    /// </param>
    public MemberReader(JsonElement element, FirstProblem problem, string path = "", IntakeChanges? changes = null)
    {
        (_problem, _path, _changes) = (problem, path, changes);
        if (element.ValueKind != JsonValueKind.Object)
        {
            problem.Set(path, "must be a JSON object.");
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            _members[member.Name] = member.Value;
        }
    }

    /// <summary>Members that were not read.</summary>
    public IReadOnlyDictionary<string, JsonElement> Rest => _members;

    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    public JsonElement? ReadMember(string name) =>
        _members.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string Id(string name)
    {
        var id = ReadMember(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        if (!EventLimits.IsId(id))
        {
            _problem.Set(PathOf(name), $"must be an id: {EventLimits.IdForm}.");
        }

        return id ?? string.Empty;
    }

    public string? Text(string name, int maxLength = EventLimits.MaxShortTextLength)
    {
        if (ReadMember(name) is not { } value)
        {
            return null;
        }

        if (_changes is not null)
        {
            return LenientText(name, value, maxLength);
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (text is null || !EventLimits.IsText(text, maxLength))
        {
            _problem.Set(PathOf(name), $"must be text of at most {maxLength} characters without control characters.");
            return null;
        }

        return text;
    }

    /// <summary>An enumerated value of the source; null if it is missing or, in lenient mode, invalid.</summary>
    public string? Code(string name)
    {
        if (ReadMember(name) is not { } value)
        {
            return null;
        }

        var code =
            value.ValueKind == JsonValueKind.String ? value.GetString()
            : _changes is null ? null
            : TextValues.AsText(value);
        if (EventLimits.IsCode(code))
        {
            return code;
        }

        if (_changes is null)
        {
            _problem.Set(PathOf(name), $"must be a code: 1–{EventLimits.MaxCodeLength} of A–Z a–z 0–9 . _ -");
        }
        else
        {
            _members[name] = value;
        }

        return null;
    }

    private string? LenientText(string name, JsonElement value, int maxLength)
    {
        if (TextValues.AsText(value) is not { } text)
        {
            _members[name] = value;
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            _changes!.Add(PathOf(name), AttributeChanges.ReadAsText);
        }

        var clean = FreeText.Clean(text, maxLength);
        _changes!.Add(PathOf(name), clean);
        return clean.Text.Length > 0 ? clean.Text : null;
    }

    public string RequiredText(string name, int maxLength = EventLimits.MaxShortTextLength)
    {
        var text = Text(name, maxLength);
        if (string.IsNullOrEmpty(text))
        {
            _problem.Set(PathOf(name), $"is needed: text of 1–{maxLength} characters.");
        }

        return text ?? string.Empty;
    }

    public int Whole(string name, int min, int max) =>
        OptionalWhole(name, min, max) ?? Missing(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));

    public int? OptionalWhole(string name, int min, int max)
    {
        if (ReadMember(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number) || number < min || number > max)
        {
            _problem.Set(PathOf(name), string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}."));
            return null;
        }

        return number;
    }

    public decimal Amount(string name) => OptionalAmount(name) ?? Missing(name, AmountForm);

    public decimal? OptionalAmount(string name)
    {
        if (ReadMember(name) is not { } value)
        {
            return null;
        }

        if (
            value.ValueKind != JsonValueKind.Number
            || value.GetRawText().Length > MaxNumberLength
            || !value.TryGetDecimal(out var amount)
            || !EventLimits.IsAmount(amount)
        )
        {
            _problem.Set(PathOf(name), $"must be {AmountForm}.");
            return null;
        }

        return amount;
    }

    /// <summary>An optional amount: if it is missing or not a number it stays in <see cref="Rest"/>, and nothing is refused.</summary>
    public decimal? AmountIfAny(string name) =>
        _members.TryGetValue(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Number) ? null
        : value.ValueKind == JsonValueKind.Number && !(value.TryGetDecimal(out var amount) && EventLimits.IsAmount(amount)) ? null
        : OptionalAmount(name);

    public string Currency(string name)
    {
        // Never cleaned or truncated: another currency is another amount.
        var text = ReadMember(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        if (text is not { Length: 3 } || !text.All(char.IsAsciiLetterUpper))
        {
            _problem.Set(PathOf(name), "must be a currency code of three capital letters.");
        }

        return text ?? string.Empty;
    }

    public DateTimeOffset? Instant(string name)
    {
        if (ReadMember(name) is not { } value)
        {
            return null;
        }

        if (
            value.ValueKind != JsonValueKind.String
            || !Rfc3339.TryParse(value.GetString(), out var at)
            || at < EventLimits.Earliest
            || at.Year > EventLimits.LastYear
        )
        {
            _problem.Set(PathOf(name), $"must be {Rfc3339.Form}, from the year 2000 to {EventLimits.LastYear}.");
            return null;
        }

        return EventLimits.ToMilliseconds(at);
    }

    /// <summary>The array's elements; empty if it is missing.</summary>
    public IReadOnlyList<JsonElement> Array(string name, int min, int max)
    {
        var value = ReadMember(name);
        if (value is null && min == 0)
        {
            return [];
        }

        if (value is not { ValueKind: JsonValueKind.Array } array || array.GetArrayLength() < min || array.GetArrayLength() > max)
        {
            _problem.Set(PathOf(name), $"must be an array of {min} to {max} elements.");
            return [];
        }

        return [.. array.EnumerateArray()];
    }

    /// <summary>Texts under source-defined names.</summary>
    public ImmutableSortedDictionary<string, string>? Texts(string name)
    {
        if (ReadMember(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object || (_changes is null && value.EnumerateObject().Count() > EventLimits.MaxAttributes))
        {
            _problem.Set(PathOf(name), $"must be an object of at most {EventLimits.MaxAttributes} texts.");
            return null;
        }

        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (_changes is not null)
            {
                AddLenient(texts, PathOf(name), member);
            }
            else if (
                member.Value.ValueKind == JsonValueKind.String
                && EventLimits.IsText(member.Value.GetString()!, EventLimits.MaxTextLength)
                && EventLimits.IsText(member.Name, EventLimits.MaxShortTextLength)
            )
            {
                texts[member.Name] = member.Value.GetString()!;
            }
            else
            {
                _problem.Set(
                    PathOf(name),
                    $"must hold texts of at most {EventLimits.MaxTextLength} characters without control characters, under names "
                        + $"of at most {EventLimits.MaxShortTextLength}."
                );
                return null;
            }
        }

        return texts.ToImmutable();
    }

    private void AddLenient(ImmutableSortedDictionary<string, string>.Builder texts, string path, JsonProperty member)
    {
        var name = FreeText.Clean(member.Name, EventLimits.MaxShortTextLength);
        var inner = $"{path}.{MemberNames.Shown(name.Text)}";
        if (
            name.Text.Length == 0
            || texts.ContainsKey(name.Text)
            || texts.Count == EventLimits.MaxAttributes
            || TextValues.AsText(member.Value) is not { } text
        )
        {
            _changes!.Add(inner, AttributeChanges.Dropped);
            return;
        }

        if (member.Value.ValueKind != JsonValueKind.String)
        {
            _changes!.Add(inner, AttributeChanges.ReadAsText);
        }

        var clean = FreeText.Clean(text, EventLimits.MaxTextLength);
        _changes!.Add(inner, name);
        _changes.Add(inner, clean);
        texts[name.Text] = clean.Text;
    }

    private int Missing(string name, string expected)
    {
        _problem.Set(PathOf(name), $"is needed: {expected}.");
        return 0;
    }
}
