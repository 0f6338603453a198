using System.Globalization;
using System.Text.Json;

namespace Marketplace.Privacy;

/// <summary>
/// The words of one order's buyer (name, telephone, e-mail address, street, postcode …), to search free texts about that order for what no
/// pattern can recognize (R23). Read from the decrypted private part; lives for one request; reveals only whether and where a text contains
/// one of them.
/// </summary>
public sealed class BuyerWords
{
    private const int MinCode = 5;
    private const int MinStreet = 6;
    private const int MinNamePart = 4;
    private const int MinPhoneDigits = 7;
    private const int LocalPhoneDigits = 8;

    private readonly List<Word> _words = [];

    private BuyerWords() { }

    /// <summary>No words: finds nothing.</summary>
    public static BuyerWords None { get; } = new();

    /// <param name="buyer">The buyer's members, texts or numbers; others are skipped.</param>
    public static BuyerWords Of(JsonElement buyer)
    {
        var words = new BuyerWords();
        if (buyer.ValueKind != JsonValueKind.Object)
        {
            return None;
        }

        foreach (var member in buyer.EnumerateObject())
        {
            if (TextValues.AsText(member.Value) is { } text)
            {
                words.Add(member.Name, text);
            }
        }

        return words;
    }

    /// <summary>The words in an order's decrypted private part.</summary>
    public static BuyerWords Of(ReadOnlyMemory<byte> privatePart)
    {
        if (privatePart.IsEmpty)
        {
            return None;
        }

        try
        {
            using var document = JsonDocument.Parse(privatePart);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("buyer", out var buyer)
                ? Of(buyer)
                : None;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return None;
        }
    }

    /// <summary>Combines the words of both.</summary>
    public BuyerWords With(BuyerWords other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var both = new BuyerWords();
        both._words.AddRange(_words);
        both._words.AddRange(other._words);
        return both;
    }

    /// <summary>Hides the words: a record's default text would write them to a log.</summary>
    public override string ToString() => nameof(BuyerWords);

    /// <summary>Ranges of the folded text that match a word.</summary>
    internal IEnumerable<(int Start, int Length, string Kind)> In(FoldedText text)
    {
        if (_words.Count == 0)
        {
            yield break;
        }

        var compact = new CompactText(text.Plain);
        foreach (var word in _words)
        {
            for (
                var at = compact.Text.IndexOf(word.Key, StringComparison.Ordinal);
                at >= 0;
                at = compact.Text.IndexOf(word.Key, at + 1, StringComparison.Ordinal)
            )
            {
                var (start, end) = (compact.Places[at], compact.Places[at + word.Key.Length - 1] + 1);
                if (word.Fits(text.Plain, start, end))
                {
                    yield return (start, end - start, word.Kind);
                }
            }
        }
    }

    private void Add(string member, string text)
    {
        switch (member)
        {
            case "name":
                AddName(text);
                break;
            case "phone":
                AddPhone(text);
                break;
            case "email":
                Add(text, "e-mail address", MinCode, Edge.Both);
                break;
            case "street":
                Add(text, "postal address", MinStreet, Edge.Right);
                break;
            case "postcode":
                Add(text, "postcode", MinCode, Edge.Both);
                break;
            case "identity_number":
                Add(text, "identity number", MinCode, Edge.Both);
                break;
            case "customer_id":
                Add(text, "customer id", MinCode, Edge.Both);
                break;
        }
    }

    private void Add(string text, string kind, int minLength, Edge edges)
    {
        var key = new CompactText(new FoldedText(text).Plain).Text;
        if (key.Length >= minLength)
        {
            _words.Add(new Word(key, kind, edges));
        }
    }

    private void AddName(string text)
    {
        var plain = new FoldedText(text).Plain;
        if (plain.Any(CompactText.IsIdeograph))
        {
            Add(text, "name", 2, Edge.None);
            return;
        }

        Add(text, "name", MinNamePart, Edge.Both);
        var parts = plain.Split([' ', ',', '.'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length < 2)
        {
            return;
        }

        Add(string.Concat(parts[^1..].Concat(parts[..^1])), "name", MinNamePart, Edge.Both);
        foreach (var part in parts)
        {
            Add(part, "name", MinNamePart, Edge.Both);
        }
    }

    private void AddPhone(string text)
    {
        var digits = string.Concat(new FoldedText(text).Plain.Where(char.IsAsciiDigit));
        if (digits.Length < MinPhoneDigits)
        {
            return;
        }

        // With or without country and area code: the last digits are what is dialled.
        _words.Add(new Word(digits.Length > LocalPhoneDigits ? digits[^LocalPhoneDigits..] : digits, "telephone number", Edge.Right));
    }

    [Flags]
    private enum Edge
    {
        None = 0,
        Left = 1,
        Right = 2,
        Both = 3,
    }

    /// <summary>A word without separators, and the ends at which no letter or digit may follow.</summary>
    private readonly record struct Word(string Key, string Kind, Edge Edges)
    {
        public bool Fits(string plain, int start, int end) =>
            !(Edges.HasFlag(Edge.Left) && start > 0 && CompactText.IsPartOfWord(plain[start - 1]))
            && !(Edges.HasFlag(Edge.Right) && end < plain.Length && CompactText.IsPartOfWord(plain[end]));
    }
}

/// <summary>Converts JSON values to text: untyped platforms send postcodes and telephone numbers as numbers.</summary>
internal static class TextValues
{
    /// <returns>Null unless it is a text, number or boolean.</returns>
    public static string? AsText(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => Plain(value),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };

    // Some writers turn 10115 into 10115.0 or 1.0115e4.
    private static string Plain(JsonElement number) =>
        number.TryGetDecimal(out var exact) && exact == decimal.Truncate(exact)
            ? decimal.Truncate(exact).ToString("0", CultureInfo.InvariantCulture)
            : number.GetRawText();
}
