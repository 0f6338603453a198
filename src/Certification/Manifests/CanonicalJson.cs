using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Marketplace.Certification.Manifests;

/// <summary>
/// The canonical form of a JSON document (RFC 8785): the same bytes however it was written. Numbers are limited to those that a decimal and
/// a double write alike.
/// </summary>
public static class CanonicalJson
{
    private const decimal Largest = 1_000_000_000_000_000m;
    private const int MaxDecimals = 6;

    /// <summary>UTF-8, members sorted by their UTF-16 code units, no white space.</summary>
    /// <exception cref="FormatException">
    /// A number is beyond ±10^15 or has more than six decimals; a text has half of a surrogate pair.
    /// </exception>
    public static byte[] Write(JsonElement element)
    {
        var text = new StringBuilder();
        try
        {
            Append(text, element);
        }
        catch (InvalidOperationException e)
        {
            // Only reading a text can fail here, and only for this reason.
            throw new FormatException("A text has half of a surrogate pair.", e);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>SHA-256 of the canonical form, lower-case hex.</summary>
    public static string Hash(JsonElement element) => Convert.ToHexStringLower(SHA256.HashData(Write(element)));

    private static void Append(StringBuilder text, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                AppendAll(
                    text,
                    element.EnumerateObject().OrderBy(static member => member.Name, StringComparer.Ordinal),
                    static (text, member) =>
                    {
                        AppendText(text, member.Name);
                        text.Append(':');
                        Append(text, member.Value);
                    }
                );
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                AppendAll(text, element.EnumerateArray(), Append);
                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendText(text, element.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(Number(element));
                break;
            case JsonValueKind.True:
            case JsonValueKind.False:
            case JsonValueKind.Null:
                text.Append(element.GetRawText());
                break;
            default:
                throw new FormatException("The document is empty.");
        }
    }

    private static void AppendAll<T>(StringBuilder text, IEnumerable<T> items, Action<StringBuilder, T> append)
    {
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
            {
                text.Append(',');
            }

            append(text, item);
            isFirst = false;
        }
    }

    private static string Number(JsonElement element)
    {
        // The shortest text of the double must be the number itself: then decimal and double are written alike.
        if (
            !element.TryGetDecimal(out var number)
            || !decimal.TryParse(
                element.GetDouble().ToString("R", CultureInfo.InvariantCulture),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var shortest
            )
            || number != shortest
            || (number == 0 && element.GetDouble() != 0)
            || Math.Abs(number) > Largest
            || decimal.Round(number, MaxDecimals) != number
        )
        {
            throw new FormatException(
                $"The number {element.GetRawText()} is beyond ±10^15, has more than {MaxDecimals} decimals, or more digits than a double."
            );
        }

        // Dividing by one with all decimals removes trailing zeros.
        return (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
    }

    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
