using System.Globalization;
using Marketplace.Schemas;
using Marketplace.Schemas.Payloads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Schemas;

/// <summary>The served versions of the plugin schema; section <c>Marketplace:Sync</c>.</summary>
public sealed class SchemaOptions
{
    public const string Section = "Marketplace:Sync";

    /// <summary>In release order; the last is the current one. Default: the versions of this release.</summary>
    public IList<SchemaVersionOptions> SchemaVersions { get; set; } = [];

    /// <summary>The versions for the rules.</summary>
    public SchemaVersions Versions =>
        SchemaVersions.Count == 0
            ? Marketplace.Schemas.SchemaVersions.Standard
            : new SchemaVersions([.. SchemaVersions.Select(version => new SchemaVersion(version.Version, version.RetiresAt))]);
}

/// <summary>One version.</summary>
public sealed class SchemaVersionOptions
{
    /// <summary>The month of its first day: <c>2026-11</c>.</summary>
    public string Version { get; set; } = string.Empty;

    /// <summary>When it stops being served; at least twelve months after the month of the next version. Default: no end.</summary>
    public DateTimeOffset? RetiresAt { get; set; }
}

/// <summary>Versions must be months, unique and in order; the current one has no end, and none ends before its minimum period.</summary>
internal sealed class SchemaOptionsRules([FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : IValidateOptions<SchemaOptions>
{
    public ValidateOptionsResult Validate(string? name, SchemaOptions options)
    {
        var names = options.SchemaVersions.Select(version => version.Version).ToArray();
        if (!names.All(text => DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)))
        {
            return Fail("a version must be a month, for example 2026-11.");
        }

        if (
            !names.SequenceEqual(names.Distinct().Order(StringComparer.Ordinal))
            || options.SchemaVersions.LastOrDefault()?.RetiresAt is not null
        )
        {
            return Fail("versions must be in order, each once, and the last without an end.");
        }

        var early = SchemaSupport.EndedTooEarly(
            options.Versions,
            PayloadSchemas.Standard.Versions.Select(schema => schema.Version),
            time.GetUtcNow()
        );
        return early.IsEmpty
            ? ValidateOptionsResult.Success
            : Fail(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{early[0].Version} is served until {early[0].Until:u} at least, twelve months after the month of the next version."
                )
            );
    }

    private static ValidateOptionsResult Fail(string rule) => ValidateOptionsResult.Fail($"{SchemaOptions.Section}:SchemaVersions: {rule}");
}
