using System.Text.Json;
using Xunit;

namespace Marketplace.Domain.Tests;

/// <summary>What every text value promises: to everyone outside the rules it is the string it was before.</summary>
internal static class TextValueForms
{
    /// <summary>A valid text is read, written and stored as it is.</summary>
    public static void AreTheTextOf<T>(string text)
        where T : struct, ITextValue<T>
    {
        var value = T.Parse(text);
        Assert.True(T.TryParse(text, out var tried));
        Assert.Equal(value, tried);
        Assert.Equal(value, Parsed<T>(text));
        Assert.Equal(value, T.FromStored(text));
        Assert.Equal((text, text), (value.Value, value.ToString()));
        HasTheFormOf(value, text);
    }

    public static void IsRefused<T>(string? text)
        where T : struct, ITextValue<T>
    {
        Assert.False(T.TryParse(text, out var tried));
        Assert.Equal(default(T), tried);
        Assert.Throws<FormatException>(() => T.Parse(text!));
        Assert.Throws<FormatException>(() => Parsed<T>(text!));
    }

    /// <summary>The default is the value of no text, and stays it on every way.</summary>
    public static void OfTheDefaultAreEmpty<T>()
        where T : struct, ITextValue<T>
    {
        Assert.Equal((string.Empty, string.Empty), (default(T).Value, default(T).ToString()));
        Assert.Equal(default(T), T.FromStored(null));
        Assert.Equal(default(T), T.FromStored(string.Empty));
        Assert.Equal(default(T).GetHashCode(), T.FromStored(string.Empty).GetHashCode());
        HasTheFormOf(default(T), string.Empty);
    }

    private static T Parsed<T>(string text)
        where T : IParsable<T> => T.Parse(text, null);

    private static void HasTheFormOf<T>(T value, string text)
        where T : struct, ITextValue<T>
    {
        Assert.Equal(JsonSerializer.Serialize(text), JsonSerializer.Serialize(value));
        Assert.Equal(value, JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(text)));

        var (names, strings) = (new Dictionary<T, int> { [value] = 1 }, new Dictionary<string, int> { [text] = 1 });
        Assert.Equal(JsonSerializer.Serialize(strings), JsonSerializer.Serialize(names));
        Assert.Equal(names, JsonSerializer.Deserialize<Dictionary<T, int>>(JsonSerializer.Serialize(strings)));
    }
}
