using System.Collections;
using System.Collections.Frozen;
using System.Resources;

namespace Marketplace;

/// <summary>
/// A feature's texts in one language, from the resource file named after the feature's class: <c>ProblemFixes.zh.resx</c> beside
/// <c>ProblemFixes</c>. The files of both languages are in the feature's assembly, so no text depends on the culture of a thread or on
/// files beside the program.
/// </summary>
public sealed class LanguageTexts
{
    public const string Chinese = "zh";
    public const string English = "en";

    private readonly string _name;
    private readonly FrozenDictionary<string, TextTemplate> _texts;

    private LanguageTexts(string name, FrozenDictionary<string, TextTemplate> texts)
    {
        _name = name;
        _texts = texts;
    }

    public IEnumerable<string> Keys => _texts.Keys;

    /// <summary>True if there is a text for the key.</summary>
    public bool Contains(string key) => _texts.ContainsKey(key);

    /// <summary>The text of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public TextTemplate this[string key] =>
        _texts.GetValueOrDefault(key) ?? throw new KeyNotFoundException($"{_name}.resx has no text '{key}'.");

    /// <summary>Reads a resource file; once, for a static field, so that a file with a fault ends the first use of its feature.</summary>
    /// <exception cref="InvalidDataException">There is no such file, or one of its texts is empty.</exception>
    /// <exception cref="FormatException">A placeholder is malformed.</exception>
    public static LanguageTexts Load(Type feature, string language)
    {
        ArgumentNullException.ThrowIfNull(feature);
        var name = $"{feature.FullName}.{language}";
        using var stream = feature.Assembly.GetManifestResourceStream($"{name}.resources")
            ?? throw new InvalidDataException($"The resource file {name}.resx is not in the assembly.");
        using var reader = new ResourceReader(stream);
        return new LanguageTexts(
            name,
            reader
                .Cast<DictionaryEntry>()
                .ToFrozenDictionary(entry => (string)entry.Key, entry => Parse(name, entry), StringComparer.Ordinal)
        );
    }

    /// <summary>A text without placeholders; null if there is none for the key.</summary>
    public string? Find(string key) => _texts.GetValueOrDefault(key)?.Text;

    /// <summary>A text without placeholders.</summary>
    public string Get(string key) => this[key].Text;

    /// <summary>A text with the values of its placeholders.</summary>
    /// <exception cref="ArgumentException">The values are not those of the text's placeholders.</exception>
    public string Format(string key, params (string Name, object? Value)[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var text = this[key];
        text.Require(values);
        return text.Render(name => TextTemplate.ValueOf(values, name));
    }

    private static TextTemplate Parse(string name, DictionaryEntry entry) =>
        entry.Value is string { Length: > 0 } text
            ? TextTemplate.Parse(text)
            : throw new InvalidDataException($"The text '{entry.Key}' of {name}.resx is empty.");
}
