using System.Text;
using System.Text.Json;
using Marketplace.Api.Calls;
using Marketplace.Events;
using Marketplace.Privacy;

namespace Marketplace.Api.Privacy;

/// <summary>
/// Scans the body of a write to an upstream service for a buyer's private data (R23): all texts and names of a JSON body, the whole of any
/// other text. The meaning of the body is unknown here.
/// </summary>
internal static class BodyScan
{
    /// <summary>Replaces a path for a body that is not a JSON object or array.</summary>
    public const string Whole = "$body";

    // The patterns are made for short texts; a long one is scanned in pieces that overlap by more than the longest match.
    private const int Piece = 512;
    private const int Overlap = 128;

    /// <summary>Each kind found, with the path of the first member that contains it.</summary>
    public static IReadOnlyDictionary<string, string> Find(ReadOnlyMemory<byte> body)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (body.IsEmpty)
        {
            return found;
        }

        using var document = JsonInput.Open(body, EventLimits.MaxDepth);
        if (document is null)
        {
            AddIfPrivate(found, Whole, Encoding.UTF8.GetString(body.Span));
        }
        else
        {
            Below(found, document.RootElement, string.Empty);
        }

        return found;
    }

    private static void Below(SortedDictionary<string, string> found, JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    var inner = path.Length == 0 ? TouchedFields.Plain(member.Name) : $"{path}.{TouchedFields.Plain(member.Name)}";
                    AddIfPrivate(found, inner, member.Name);
                    Below(found, member.Value, inner);
                }

                break;

            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    Below(found, element, path);
                }

                break;

            case JsonValueKind.String:
                AddIfPrivate(found, path, value.GetString()!);
                break;

            case JsonValueKind.Number:
                AddIfPrivate(found, path, value.GetRawText());
                break;
        }
    }

    private static void AddIfPrivate(SortedDictionary<string, string> found, string path, string text)
    {
        for (var start = 0; start < text.Length; start += Piece - Overlap)
        {
            var piece = text.Substring(start, Math.Min(Piece, text.Length - start));
            if (PrivateDataScan.Find(piece) is { } kind)
            {
                found.TryAdd(kind, path.Length > 0 ? path : Whole);
            }

            if (start + Piece >= text.Length)
            {
                return;
            }
        }
    }
}
