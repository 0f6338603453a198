using System.Runtime.InteropServices;
using System.Text.Json;
using Marketplace.Api.Http;
using Marketplace.Events;
using Marketplace.Rounds;
using Marketplace.Sellers;

namespace Marketplace.Api.PlatformApi.Intake;

/// <summary>A CloudEvent with parsed attributes; its data are still unparsed.</summary>
/// <param name="Envelope">The attributes.</param>
/// <param name="Data">The data; undefined if there are none.</param>
/// <param name="Dropped">Extension attributes that are dropped.</param>
internal sealed record ReadEvent(EventEnvelope Envelope, JsonElement Data, IReadOnlyList<AttributeChange> Dropped);

/// <summary>
/// Parses the attributes of one CloudEvent 1.0 in JSON (docs/api/platform.md). Any input gives an event or a refusal that names the
/// attribute and its expected form.
/// </summary>
internal static class EventReader
{
    private const int MaxExtensions = 40;

    // Attributes of CloudEvents or tracing that are ignored without notice.
    private static readonly HashSet<string> Silent =
    [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "seller",
        "datacontenttype",
        "dataschema",
        "data",
        "sequence",
        "sequencetype",
        "traceparent",
        "tracestate",
        "partitionkey",
    ];

    /// <summary>Reads one member of a body that <see cref="JsonInput"/> accepted as a whole.</summary>
    public static Outcome<ReadEvent> Read(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? ReadWellFormed(element) : NoObject();

    /// <summary>Reads one member of a partly malformed body, so that its neighbours are not refused with it.</summary>
    public static Outcome<ReadEvent> ReadUnchecked(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return NoObject();
        }

        using var document = JsonInput.Open(JsonMarshal.GetRawUtf8Value(element).ToArray(), EventLimits.MaxDepth);
        return document is null
            ? SyncRefusals.InvalidData(
                $"The event must be well-formed JSON in UTF-8 without a member twice, at most {EventLimits.MaxDepth} levels deep.",
                string.Empty
            )
            : ReadWellFormed(document.RootElement.Clone());
    }

    private static Refusal NoObject() => SyncRefusals.InvalidData("An event must be a JSON object.", string.Empty);

    private static Outcome<ReadEvent> ReadWellFormed(JsonElement element)
    {
        var wrong = new Wrong();
        var version = Text(element, "specversion", wrong);
        if (version is not (null or "1.0"))
        {
            wrong.Set("specversion", "must be \"1.0\".");
        }

        var (id, source, type) = (Text(element, "id", wrong), Text(element, "source", wrong), Text(element, "type", wrong));
        var subject = Text(element, "subject", wrong);
        var time = Time(element, wrong);
        var seller = Seller(element, wrong);
        ContentType(element, wrong);
        var dropped = Extensions(element, wrong);
        if (wrong.Refusal is { } refusal)
        {
            return refusal;
        }

        element.TryGetProperty("data", out var data);
        return
            data.ValueKind != JsonValueKind.Undefined && JsonMarshal.GetRawUtf8Value(data).Length is var size and > EventLimits.MaxDataBytes
            ? SyncRefusals.TooLarge(size)
            : new ReadEvent(
                new EventEnvelope(seller!.Value, source!, id!, type!, subject!, time) { Sequence = EventSequence.Of(element) },
                data,
                dropped
            );
    }

    private static string? Text(JsonElement element, string name, Wrong wrong)
    {
        var text = element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (string.IsNullOrEmpty(text))
        {
            wrong.Set(
                name,
                value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.String ? "is needed." : "must be a text."
            );
            return null;
        }

        return text;
    }

    private static DateTimeOffset Time(JsonElement element, Wrong wrong)
    {
        if (Text(element, "time", wrong) is not { } text)
        {
            return default;
        }

        if (!Rfc3339.TryParse(text, out var at))
        {
            wrong.Set("time", $"must be {Rfc3339.Form}.");
        }

        return at;
    }

    private static SellerId? Seller(JsonElement element, Wrong wrong)
    {
        if (Text(element, "seller", wrong) is not { } text)
        {
            return null;
        }

        if (SellerId.TryParse(text, null, out var seller))
        {
            if (SandboxSellers.Contains(seller))
            {
                wrong.Set("seller", $"must not begin with '{SandboxSellers.Prefix}': those sellers are the sandbox rounds'.");
                return null;
            }

            return seller;
        }

        wrong.Set("seller", "must be a seller's id: 1–64 characters of A–Z a–z 0–9 . _ -");
        return null;
    }

    private static void ContentType(JsonElement element, Wrong wrong)
    {
        if (element.TryGetProperty("data_base64", out _))
        {
            wrong.Set("data_base64", "is not taken: send 'data' as JSON.", SyncRefusals.EventDataInvalid);
        }

        if (
            element.TryGetProperty("datacontenttype", out var value)
            && value.ValueKind != JsonValueKind.Null
            && !(value.ValueKind == JsonValueKind.String && JsonMediaTypes.IsJson(value.GetString()))
        )
        {
            wrong.Set("datacontenttype", "must be application/json, or be left out.");
        }
    }

    private static List<AttributeChange> Extensions(JsonElement element, Wrong wrong)
    {
        var dropped = new List<AttributeChange>();
        foreach (var member in element.EnumerateObject().Where(member => !Silent.Contains(member.Name) && member.Name != "data_base64"))
        {
            var name = MemberNames.Shown(member.Name);
            if (member.Name.Length == 0 || !member.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
            {
                wrong.Set(name, "is no name of an attribute: names have small letters a–z and digits only.");
            }
            else if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                wrong.Set(name, "must be a text, a number or a truth value, as every extension attribute.");
            }
            else if (dropped.Count < MaxExtensions && member.Value.ValueKind != JsonValueKind.Null)
            {
                dropped.Add(new AttributeChange(name, AttributeChanges.Dropped));
            }
        }

        return dropped;
    }

    /// <summary>The first invalid attribute.</summary>
    private sealed class Wrong
    {
        public Refusal? Refusal { get; private set; }

        public void Set(string attribute, string expected, string? code = null) =>
            Refusal ??=
                code == SyncRefusals.EventDataInvalid
                    ? SyncRefusals.InvalidData($"'{attribute}' {expected}", attribute)
                    : SyncRefusals.InvalidAttribute(attribute, expected);
    }
}
