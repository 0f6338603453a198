using System.Text.Json;
using Marketplace.Api.Http.Requests;
using Marketplace.Events;
using Marketplace.Privacy;
using Marketplace.Risk;

namespace Marketplace.Api.Calls;

/// <summary>
/// Determines which paths a write sets before it is decided, for the risk rules (R70). The result may become a permanent fact and a text
/// for sellers, and names are chosen by the plugin: only documented names and short plain ones without private data are included.
/// </summary>
internal static class TouchedFields
{
    /// <summary>Replaces a body that cannot be parsed.</summary>
    public const string Unreadable = "$body";

    /// <summary>Maximum length of an included name.</summary>
    public const int MaxNameLength = 64;

    /// <summary>Maximum paths included; more than any built-in operation accepts.</summary>
    public const int MaxPaths = 128;

    private const int MaxPathLength = 128;

    /// <param name="operation">
    /// A built-in operation refuses unreadable input before it writes anything; an upstream decides for itself.
    /// </param>
    /// <param name="request">The request. An upstream may read values to write from the query, too.</param>
    /// <param name="body">Its body.</param>
    public static IReadOnlyList<string> Of(Operation operation, HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        if (operation.IsUpstream)
        {
            AddAll(paths, request.Query.Keys.Select(key => $"?{Plain(key)}"));
        }

        if (!body.IsEmpty)
        {
            using var document = RequestBody.NotJson(request) is null ? JsonInput.Open(body, EventLimits.MaxDepth) : null;
            AddAll(paths, Body(operation, document?.RootElement));
        }

        return [.. paths];
    }

    private static void AddAll(HashSet<string> paths, IEnumerable<string> more)
    {
        foreach (var path in more)
        {
            if (paths.Count < MaxPaths)
            {
                paths.Add(path);
            }
            else if (!paths.Contains(path))
            {
                paths.Add(PurposeFields.More);
                return;
            }
        }
    }

    private static IEnumerable<string> Body(Operation operation, JsonElement? body)
    {
        if (body is not { ValueKind: JsonValueKind.Object } members)
        {
            return operation.IsUpstream ? [Unreadable] : [];
        }

        // For a built-in operation null equals absent; an upstream may read it as "remove".
        return operation.IsUpstream
            ? Below(members, string.Empty)
            : members
                .EnumerateObject()
                .Where(member => member.Value.ValueKind != JsonValueKind.Null)
                .SelectMany(member => Documented(operation, member));
    }

    private static IEnumerable<string> Documented(Operation operation, JsonProperty member) =>
        operation.Members.Contains(member.Name) ? [member.Name]
        : !operation.Members.Contains($"{member.Name}.*") ? [PurposeFields.Unknown]
        : member.Value.ValueKind == JsonValueKind.Object
            ? member.Value.EnumerateObject().Select(open => $"{member.Name}.{Plain(open.Name)}")
        : [member.Name];

    private static IEnumerable<string> Below(JsonElement value, string path) =>
        value.ValueKind switch
        {
            JsonValueKind.Object when path.Length == 0 || value.EnumerateObject().Any() => value
                .EnumerateObject()
                .SelectMany(member => Member(member, path)),
            JsonValueKind.Array
                when value.EnumerateArray().Any(element => element.ValueKind is JsonValueKind.Object or JsonValueKind.Array) => value
                .EnumerateArray()
                .SelectMany(element => Below(element, path)),
            _ => [path],
        };

    private static IEnumerable<string> Member(JsonProperty member, string path)
    {
        var inner = path.Length == 0 ? Plain(member.Name) : $"{path}.{Plain(member.Name)}";
        return inner.Length <= MaxPathLength ? Below(member.Value, inner) : [$"{path}.{PurposeFields.Unknown}"];
    }

    /// <summary>A member's name if it may be recorded.</summary>
    public static string Plain(string name) =>
        name.Length is > 0 and <= MaxNameLength
        && name.All(character => char.IsLetterOrDigit(character) || character is '_' or '-')
        && PrivateDataScan.Find(name) is null
            ? name
            : PurposeFields.Unknown;
}
