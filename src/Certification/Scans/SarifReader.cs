using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Certification.Manifests;

namespace Marketplace.Certification.Scans;

/// <summary>
/// Reads the findings of a SARIF 2.1.0 file. Tolerant where the standard lets scanners leave things out, strict where a finding could get
/// lost: a file that is not SARIF, has another version or too many findings is refused.
/// </summary>
public static class SarifReader
{
    /// <summary>Maximum findings of a file.</summary>
    public const int MaxResults = 25_000;

    private const int MaxMessage = 300;
    private const int Unknown = -1;

    /// <exception cref="FormatException">It is no SARIF 2.1.0 file, or has too many findings; the message says what is wrong.</exception>
    public static Scan Read(ReadOnlyMemory<byte> file)
    {
        try
        {
            using var document = JsonDocument.Parse(TextFile.Content(file), TextFile.Strict);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new FormatException($"It is no JSON, or has a member twice (line {e.LineNumber + 1}).", e);
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException("A member has another type than SARIF 2.1.0 gives it.", e);
        }
        catch (OverflowException e)
        {
            throw new FormatException("A number is beyond its bounds.", e);
        }
    }

    private static Scan Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(root, "version") is not { } version)
        {
            throw new FormatException("It is no SARIF: there is no version.");
        }

        if (version != "2.1.0")
        {
            throw new FormatException($"It is SARIF {version}; 2.1.0 is read.");
        }

        if (!root.TryGetProperty("runs", out var runs) || runs.ValueKind != JsonValueKind.Array || runs.GetArrayLength() == 0)
        {
            throw new FormatException("It has no runs: no scanner ran.");
        }

        var results = ImmutableArray.CreateBuilder<ScanResult>();
        foreach (var run in runs.EnumerateArray())
        {
            AddRun(results, run);
        }

        return new Scan(results.ToImmutable());
    }

    private static void AddRun(ImmutableArray<ScanResult>.Builder results, JsonElement run)
    {
        // A run without results was not able to look for any (SARIF 3.14.23): an empty array says that there are none.
        if (!run.TryGetProperty("results", out var found) || found.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("A run has no results: the scanner did not run to its end.");
        }

        var overridesLevels = CheckWhole(run);
        var rules = new SarifRules(run);
        foreach (var result in found.EnumerateArray().Where(IsFinding))
        {
            if (results.Count == MaxResults)
            {
                throw new FormatException($"It has more than {MaxResults} findings.");
            }

            if (overridesLevels && Text(result, "level") is null)
            {
                throw new FormatException("A run overrides the levels of rules; each of its results has to name its own.");
            }

            results.Add(Result(rules, result));
        }
    }

    /// <summary>Refuses a run that is not all there.</summary>
    /// <returns>True if levels are not those of the rules' descriptions.</returns>
    private static bool CheckWhole(JsonElement run)
    {
        if (run.TryGetProperty("externalPropertyFileReferences", out _))
        {
            throw new FormatException("A run is spread over several files; hand in one whole file.");
        }

        if (!run.TryGetProperty("invocations", out var invocations))
        {
            return false;
        }

        return !invocations.EnumerateArray().Any(IsFailure)
            ? invocations.EnumerateArray().Any(static one => one.TryGetProperty("ruleConfigurationOverrides", out _))
            : throw new FormatException("The scanner says that it did not run to its end.");
    }

    private static bool IsFailure(JsonElement invocation) =>
        invocation.TryGetProperty("executionSuccessful", out var successful) && !successful.GetBoolean();

    private static bool IsFinding(JsonElement result) =>
        Text(result, "baselineState") != "absent"
        && Text(result, "kind") switch
        {
            null or "fail" or "open" or "review" => true,
            "pass" or "notApplicable" or "informational" => false,
            var other => throw new FormatException($"'{other}' is no kind of result."),
        };

    private static ScanResult Result(SarifRules rules, JsonElement result)
    {
        var (rule, id) = rules.RuleOf(result);
        var message = Cut(
            result.TryGetProperty("message", out var said) ? Text(said, "text") ?? Text(said, "markdown") ?? string.Empty : string.Empty
        );
        var place = PlaceOf(result);
        return new ScanResult(
            rules.Tool,
            id,
            LevelOf(Text(result, "level") ?? SarifRules.DefaultLevel(rule)),
            SarifRules.SecuritySeverity(result) ?? SarifRules.SecuritySeverity(rule),
            Owasp.CategoryOf([.. SarifRules.Tags(result), .. SarifRules.Tags(rule), id]),
            message,
            place.Text,
            IsSuppressed(result),
            Hash([rules.Tool, id, .. FingerprintOf(result) is { } print ? [print] : new[] { place.File, message }])
        );
    }

    private static bool IsSuppressed(JsonElement result) =>
        result.TryGetProperty("suppressions", out var suppressions)
        && suppressions.GetArrayLength() > 0
        && suppressions
            .EnumerateArray()
            .All(static one => !one.TryGetProperty("status", out var status) || status.GetString() == "accepted");

    private static (string File, string Text) PlaceOf(JsonElement result)
    {
        if (
            result.TryGetProperty("locations", out var locations)
            && locations.ValueKind == JsonValueKind.Array
            && locations.GetArrayLength() > 0
            && locations[0].TryGetProperty("physicalLocation", out var physical)
            && physical.TryGetProperty("artifactLocation", out var artifact)
        )
        {
            var file = Text(artifact, "uri") ?? "?";
            var line =
                physical.TryGetProperty("region", out var region) && region.TryGetProperty("startLine", out var start)
                    ? start.GetInt32()
                    : Unknown;
            return (file, line == Unknown ? file : string.Create(CultureInfo.InvariantCulture, $"{file}:{line}"));
        }

        return ("?", "?");
    }

    /// <summary>The scanner's own fingerprint: it survives that code moves.</summary>
    private static string? FingerprintOf(JsonElement result)
    {
        foreach (var name in (string[])["fingerprints", "partialFingerprints"])
        {
            if (result.TryGetProperty(name, out var prints) && prints.ValueKind == JsonValueKind.Object && prints.EnumerateObject().Any())
            {
                var first = prints.EnumerateObject().OrderBy(static print => print.Name, StringComparer.Ordinal).First();
                return $"{first.Name}:{first.Value.GetString()}";
            }
        }

        return null;
    }

    private static string Hash(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));

    private static ScanLevel LevelOf(string level) =>
        level switch
        {
            "none" => ScanLevel.None,
            "note" => ScanLevel.Note,
            "warning" => ScanLevel.Warning,
            "error" => ScanLevel.Error,
            _ => throw new FormatException($"'{level}' is no level."),
        };

    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string Cut(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxMessage ? line : line[..MaxMessage] + "…";
    }
}
