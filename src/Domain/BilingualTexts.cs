using System.Collections.Frozen;

namespace Marketplace;

/// <summary>
/// A feature's texts in both languages, from two resource files (<see cref="LanguageTexts"/>) with the same keys and the same
/// placeholders.
/// </summary>
public sealed class BilingualTexts
{
    private readonly LanguageTexts _chinese;
    private readonly LanguageTexts _english;
    private readonly FrozenDictionary<string, BilingualText> _plain;

    private BilingualTexts(LanguageTexts chinese, LanguageTexts english)
    {
        _chinese = chinese;
        _english = english;
        _plain = chinese
            .Keys.Where(key => chinese[key].Placeholders.IsEmpty)
            .ToFrozenDictionary(key => key, key => new BilingualText(chinese[key].Text, english[key].Text), StringComparer.Ordinal);
    }

    public IEnumerable<string> Keys => _chinese.Keys;

    /// <summary>Reads both resource files; see <see cref="LanguageTexts.Load"/>.</summary>
    /// <exception cref="InvalidDataException">A key or a placeholder is in one language only.</exception>
    public static BilingualTexts Load(Type feature)
    {
        ArgumentNullException.ThrowIfNull(feature);
        var (chinese, english) = (LanguageTexts.Load(feature, LanguageTexts.Chinese), LanguageTexts.Load(feature, LanguageTexts.English));
        var oneSided = chinese.Keys.Except(english.Keys).Concat(english.Keys.Except(chinese.Keys)).ToArray();
        var different = chinese
            .Keys.Except(oneSided)
            .Where(key => !chinese[key].Placeholders.SequenceEqual(english[key].Placeholders))
            .ToArray();
        return oneSided.Length + different.Length == 0
            ? new BilingualTexts(chinese, english)
            : throw new InvalidDataException(
                $"Texts of {feature.FullName} in one language only: '{string.Join("', '", oneSided)}'; "
                    + $"with other placeholders: '{string.Join("', '", different)}'."
            );
    }

    /// <summary>True if there is a text for the key.</summary>
    public bool Contains(string key) => _chinese.Contains(key);

    /// <summary>A text without placeholders; null if there is none for the key.</summary>
    public BilingualText? Find(string key) => _plain.GetValueOrDefault(key);

    /// <summary>A text without placeholders.</summary>
    /// <exception cref="KeyNotFoundException">There is none, or it has placeholders.</exception>
    public BilingualText Get(string key) =>
        Find(key) ?? throw new KeyNotFoundException($"There is no text '{key}' that is complete without values ({_chinese[key].Text}).");

    /// <summary>A text with the values of its placeholders; a value may itself have two languages.</summary>
    /// <exception cref="ArgumentException">The values are not those of the text's placeholders.</exception>
    public BilingualText Format(string key, params (string Name, object? Value)[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _chinese[key].Require(values);
        return Format(key, name => TextTemplate.ValueOf(values, name));
    }

    /// <summary>A text whose values are looked up by the names of its placeholders.</summary>
    public BilingualText Format(string key, Func<string, object?> valueOf) =>
        new(
            _chinese[key].Render(name => valueOf(name) is var value && value is BilingualText text ? text.Zh : value),
            _english[key].Render(name => valueOf(name) is var value && value is BilingualText text ? text.En : value)
        );
}
