using System.Globalization;
using Marketplace.Sync;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Sync;

/// <summary>Which versions of the schema that plugins read are served; section <c>Marketplace:Sync</c>.</summary>
public sealed class SchemaOptions
{
    public const string Section = "Marketplace:Sync";

    /// <summary>In the order of their coming; the last is the current one. Default: the one of this release.</summary>
    public IList<SchemaVersionOptions> SchemaVersions { get; set; } = [];

    /// <summary>What plugins are judged by.</summary>
    public SchemaVersions Versions => SchemaVersions.Count == 0
        ? Marketplace.Sync.SchemaVersions.Standard
        : new SchemaVersions([.. SchemaVersions.Select(version => new SchemaVersion(version.Version, version.RetiresAt))]);
}

/// <summary>One version.</summary>
public sealed class SchemaVersionOptions
{
    /// <summary>The month of its first day: <c>2026-11</c>.</summary>
    public string Version { get; set; } = string.Empty;

    /// <summary>From when on it is served no more. Default: no end is set.</summary>
    public DateTimeOffset? RetiresAt { get; set; }
}

/// <summary>Versions are months, each once and in order, and the current one has no end.</summary>
internal sealed class SchemaOptionsRules : IValidateOptions<SchemaOptions>
{
    public ValidateOptionsResult Validate(string? name, SchemaOptions options)
    {
        var names = options.SchemaVersions.Select(version => version.Version).ToArray();
        if (!names.All(text => DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)))
        {
            return ValidateOptionsResult.Fail($"{SchemaOptions.Section}:SchemaVersions: a version is a month, for example 2026-11.");
        }

        return !names.SequenceEqual(names.Distinct().Order(StringComparer.Ordinal)) || options.SchemaVersions.LastOrDefault()?.RetiresAt is not null
            ? ValidateOptionsResult.Fail($"{SchemaOptions.Section}:SchemaVersions: versions come in order, each once, and the last has no end.")
            : ValidateOptionsResult.Success;
    }
}
