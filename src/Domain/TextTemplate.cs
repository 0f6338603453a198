using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Marketplace;

/// <summary>
/// A text with placeholders: <c>{name}</c> or <c>{name:format}</c>. A part in brackets, <c>[: {reason}]</c>, is left out if all its
/// placeholders are empty. Values are formatted the same on every machine, and their braces and brackets mean nothing.
/// </summary>
public sealed partial class TextTemplate
{
    private readonly ImmutableArray<Piece> _pieces;

    private TextTemplate(string text, ImmutableArray<Piece> pieces)
    {
        (Text, _pieces) = (text, pieces);
        Placeholders = [.. pieces.SelectMany(piece => piece.Placeholders).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The text as it is written in the resource file.</summary>
    public string Text { get; }

    /// <summary>The names of its placeholders, in order of name.</summary>
    public ImmutableArray<string> Placeholders { get; }

    /// <exception cref="FormatException">A brace or bracket is alone, or an optional part has no placeholder.</exception>
    public static TextTemplate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new TextTemplate(text, Read(text));
    }

    /// <summary>The text with its values; a value of null is empty.</summary>
    public string Render(Func<string, object?> valueOf)
    {
        ArgumentNullException.ThrowIfNull(valueOf);
        var text = new StringBuilder(2 * Text.Length);
        Append(text, _pieces, valueOf);
        return text.ToString();
    }

    /// <summary>The value of a placeholder; null without one.</summary>
    internal static object? ValueOf((string Name, object? Value)[] values, string placeholder)
    {
        foreach (var (name, value) in values)
        {
            if (name == placeholder)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Ensures that values are given for all placeholders and for nothing else.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    internal void Require((string Name, object? Value)[] values)
    {
        var known = 0;
        foreach (var (name, _) in values)
        {
            known += Placeholders.Contains(name) ? 1 : 0;
        }

        if (known != values.Length || known != Placeholders.Length)
        {
            throw new ArgumentException($"The text '{Text}' needs values for '{string.Join("', '", Placeholders)}'.", nameof(values));
        }
    }

    private static ImmutableArray<Piece> Read(string text)
    {
        var pieces = ImmutableArray.CreateBuilder<Piece>();
        var end = 0;
        foreach (Match mark in Marks().Matches(text))
        {
            AddLiteral(pieces, text[end..mark.Index]);
            pieces.Add(Marked(mark));
            end = mark.Index + mark.Length;
        }

        AddLiteral(pieces, text[end..]);
        return pieces.ToImmutable();
    }

    private static Piece Marked(Match mark)
    {
        if (!mark.Groups["optional"].Success)
        {
            var format = mark.Groups["format"];
            return new Placeholder(mark.Groups["name"].Value, format.Success ? format.Value : null);
        }

        var optional = new Optional(Read(mark.Groups["optional"].Value));
        return optional.Placeholders.Any()
            ? optional
            : throw new FormatException($"The optional part '{mark.Value}' has no placeholder that could be empty.");
    }

    private static void AddLiteral(ImmutableArray<Piece>.Builder pieces, string text)
    {
        if (text.AsSpan().ContainsAny("{}[]"))
        {
            throw new FormatException($"There is a brace or bracket without its other half in '{text}'.");
        }

        if (text.Length > 0)
        {
            pieces.Add(new Literal(text));
        }
    }

    /// <summary>Appends the pieces; true if one of their placeholders has a value.</summary>
    private static bool Append(StringBuilder text, ImmutableArray<Piece> pieces, Func<string, object?> valueOf)
    {
        var isFilled = false;
        foreach (var piece in pieces)
        {
            isFilled |= piece.AppendTo(text, valueOf);
        }

        return isFilled;
    }

    [GeneratedRegex(@"\{(?<name>\w+)(:(?<format>[^{}]+))?\}|\[(?<optional>[^\[\]]*)\]", RegexOptions.CultureInvariant)]
    private static partial Regex Marks();

    private abstract record Piece
    {
        public virtual IEnumerable<string> Placeholders => [];

        /// <summary>Appends the piece; true if it has a value.</summary>
        public abstract bool AppendTo(StringBuilder text, Func<string, object?> valueOf);
    }

    private sealed record Literal(string Text) : Piece
    {
        public override bool AppendTo(StringBuilder text, Func<string, object?> valueOf)
        {
            text.Append(Text);
            return false;
        }
    }

    private sealed record Placeholder(string Name, string? Format) : Piece
    {
        public override IEnumerable<string> Placeholders => [Name];

        public override bool AppendTo(StringBuilder text, Func<string, object?> valueOf)
        {
            var value = valueOf(Name);
            var shown = value is IFormattable formattable ? formattable.ToString(Format, CultureInfo.InvariantCulture) : value?.ToString();
            text.Append(shown);
            return shown is { Length: > 0 };
        }
    }

    private sealed record Optional(ImmutableArray<Piece> Pieces) : Piece
    {
        public override IEnumerable<string> Placeholders => Pieces.SelectMany(piece => piece.Placeholders);

        public override bool AppendTo(StringBuilder text, Func<string, object?> valueOf)
        {
            var start = text.Length;
            if (!Append(text, Pieces, valueOf))
            {
                text.Length = start;
            }

            return false;
        }
    }
}
