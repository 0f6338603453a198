using System.Globalization;
using System.Text.Json;

namespace Marketplace.Certification.Scans;

/// <summary>The rules of one run: of the driver, and of its extensions.</summary>
internal sealed class SarifRules
{
    private readonly List<JsonElement[]> _rules = [];
    private readonly Dictionary<string, JsonElement> _byId = new(StringComparer.Ordinal);

    public SarifRules(JsonElement run)
    {
        if (!run.TryGetProperty("tool", out var tool) || !tool.TryGetProperty("driver", out var driver))
        {
            throw new FormatException("A run names no tool.");
        }

        Tool = SarifReader.Text(driver, "name") ?? "?";
        Add(driver);
        if (tool.TryGetProperty("extensions", out var extensions) && extensions.ValueKind == JsonValueKind.Array)
        {
            foreach (var extension in extensions.EnumerateArray())
            {
                Add(extension);
            }
        }
    }

    /// <summary>The scanner's name.</summary>
    public string Tool { get; }

    /// <summary>The rule of a result, undefined if the file does not describe it, and the rule's id.</summary>
    public (JsonElement Rule, string Id) RuleOf(JsonElement result)
    {
        var reference = result.TryGetProperty("rule", out var named) && named.ValueKind == JsonValueKind.Object ? named : default;
        var id = SarifReader.Text(result, "ruleId") ?? SarifReader.Text(reference, "id");
        var rule = ByIndex(result, reference);
        if (rule.ValueKind == JsonValueKind.Undefined && id is not null)
        {
            // A rule's id may have further parts that its description lacks: CA1000/1 (SARIF 3.27.5).
            for (
                var part = id;
                rule.ValueKind == JsonValueKind.Undefined && part.Length > 0;
                part = part[..Math.Max(0, part.LastIndexOf('/'))]
            )
            {
                rule = _byId.GetValueOrDefault(part);
            }
        }

        return (rule, id ?? SarifReader.Text(rule, "id") ?? "?");
    }

    public static string DefaultLevel(JsonElement rule) =>
        rule.ValueKind == JsonValueKind.Object && rule.TryGetProperty("defaultConfiguration", out var configuration)
            ? SarifReader.Text(configuration, "level") ?? "warning"
            : "warning";

    /// <summary>The property <c>security-severity</c>, a text or a number from 0 to 10; null if there is none.</summary>
    /// <exception cref="FormatException">It is neither: a severity that cannot be read must not count as none.</exception>
    public static decimal? SecuritySeverity(JsonElement element)
    {
        if (Property(element, "security-severity") is not { } value)
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var severity) && severity is >= 0 and <= 10
            ? severity
            : throw new FormatException($"The security-severity '{text}' is no number from 0 to 10.");
    }

    public static IEnumerable<string> Tags(JsonElement element) =>
        Property(element, "tags") is { ValueKind: JsonValueKind.Array } tags
            ? tags.EnumerateArray().Where(static tag => tag.ValueKind == JsonValueKind.String).Select(static tag => tag.GetString()!)
            : [];

    private static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty("properties", out var properties)
        && properties.TryGetProperty(name, out var value)
            ? value
            : null;

    /// <summary>The rule by its index; undefined if there is none, or it is not the rule that the result names.</summary>
    private JsonElement ByIndex(JsonElement result, JsonElement reference)
    {
        var index =
            result.TryGetProperty("ruleIndex", out var direct) ? direct.GetInt32()
            : reference.ValueKind == JsonValueKind.Object && reference.TryGetProperty("index", out var referred) ? referred.GetInt32()
            : -1;
        var component = ComponentOf(reference);
        if (component < 0 || component >= _rules.Count || index < 0 || index >= _rules[component].Length)
        {
            return default;
        }

        var rule = _rules[component][index];
        var (named, own) = (SarifReader.Text(result, "ruleId") ?? SarifReader.Text(reference, "id"), SarifReader.Text(rule, "id"));
        return named is null || own is null || named == own || named.StartsWith(own + "/", StringComparison.Ordinal) ? rule : default;
    }

    /// <summary>0 for the driver, 1 for the first extension …; -1 for one that is named otherwise.</summary>
    private static int ComponentOf(JsonElement reference)
    {
        if (reference.ValueKind != JsonValueKind.Object || !reference.TryGetProperty("toolComponent", out var component))
        {
            return 0;
        }

        return component.TryGetProperty("index", out var index) && index.GetInt32() is >= 0 and < int.MaxValue and var place ? place + 1
            : component.TryGetProperty("name", out _) || component.TryGetProperty("guid", out _) ? -1
            : 0;
    }

    private void Add(JsonElement component)
    {
        JsonElement[] rules =
            component.TryGetProperty("rules", out var all) && all.ValueKind == JsonValueKind.Array ? [.. all.EnumerateArray()] : [];
        _rules.Add(rules);
        foreach (var rule in rules)
        {
            if (SarifReader.Text(rule, "id") is { } id)
            {
                _byId.TryAdd(id, rule);
            }
        }
    }
}
