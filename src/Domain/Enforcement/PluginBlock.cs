using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Enforcement;

/// <summary>Why a plugin is stopped.</summary>
public enum PluginBlockKind
{
    /// <summary>Its developer is frozen.</summary>
    [JsonStringEnumMemberName("developer-frozen")]
    DeveloperFrozen,

    /// <summary>It was delisted.</summary>
    [JsonStringEnumMemberName("plugin-delisted")]
    Delisted,

    /// <summary>The version in use is suspended; another version is not stopped.</summary>
    [JsonStringEnumMemberName("plugin-version-suspended")]
    VersionSuspended,
}

/// <summary>A decision that stops all installations of a plugin until it is lifted.</summary>
/// <param name="Notice">The number of its public notice.</param>
/// <param name="Kind">Why.</param>
/// <param name="Version">The hash of the suspended version; null for other kinds.</param>
/// <param name="Since">When the plugin was stopped.</param>
[GenerateSerializer, Immutable, Alias("mp.enforcement.block")]
public sealed record PluginBlock(
    [property: Id(0)] string Notice,
    [property: Id(1)] PluginBlockKind Kind,
    [property: Id(2)] string? Version,
    [property: Id(3)] DateTimeOffset Since
)
{
    /// <summary>True if it stops a plugin of which this version is in use.</summary>
    public bool Stops(string? version) => Kind != PluginBlockKind.VersionSuspended || Version == version;
}

/// <summary>The fact that a plugin was stopped; part of the plugin's journal.</summary>
/// <param name="Notice">The number of the public notice.</param>
/// <param name="Kind">Why.</param>
/// <param name="Version">The hash of the suspended version; null for other kinds.</param>
/// <param name="AdviceZh">What sellers should do, in Chinese.</param>
/// <param name="AdviceEn">The same in English.</param>
[GenerateSerializer, Immutable, Alias("mp.enforcement.blocked")]
public sealed record PluginBlocked(
    [property: Id(0)] string Notice,
    [property: Id(1)] PluginBlockKind Kind,
    [property: Id(2)] string? Version,
    [property: Id(3)] string AdviceZh,
    [property: Id(4)] string AdviceEn
) : IJournalEvent
{
    /// <summary>The journal type; never reused for another shape.</summary>
    public const string FactType = "plugin-blocked";

    string IJournalEvent.Type => FactType;

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, PluginBlockJson.Default.PluginBlocked);

    /// <exception cref="FormatException">The payload is no block.</exception>
    public static PluginBlocked Decode(ReadOnlyMemory<byte> payload) =>
        JsonSerializer.Deserialize(payload.Span, PluginBlockJson.Default.PluginBlocked)
        ?? throw new FormatException("A plugin's block is empty.");
}

/// <summary>The fact that a decision about a plugin was lifted.</summary>
/// <param name="Notice">The number of the public notice.</param>
[GenerateSerializer, Immutable, Alias("mp.enforcement.unblocked")]
public sealed record PluginUnblocked([property: Id(0)] string Notice) : IJournalEvent
{
    /// <summary>The journal type; never reused for another shape.</summary>
    public const string FactType = "plugin-unblocked";

    string IJournalEvent.Type => FactType;

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, PluginBlockJson.Default.PluginUnblocked);

    /// <exception cref="FormatException">The payload names no notice.</exception>
    public static PluginUnblocked Decode(ReadOnlyMemory<byte> payload) =>
        JsonSerializer.Deserialize(payload.Span, PluginBlockJson.Default.PluginUnblocked)
        ?? throw new FormatException("The end of a plugin's block is empty.");
}

/// <summary>The blocks of a plugin, folded from its facts.</summary>
public static class PluginBlocks
{
    /// <summary>True for a fact that adds or ends a block.</summary>
    public static bool IsOne(JournalFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return fact.Type is PluginBlocked.FactType or PluginUnblocked.FactType;
    }

    /// <summary>The blocks after a fact of <see cref="IsOne"/>.</summary>
    /// <exception cref="FormatException">The payload cannot be read.</exception>
    public static ImmutableArray<PluginBlock> After(ImmutableArray<PluginBlock> before, JournalFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        ImmutableArray<PluginBlock> known = before.IsDefault ? [] : before;
        if (fact.Type == PluginUnblocked.FactType)
        {
            var ended = PluginUnblocked.Decode(fact.Payload).Notice;
            return known.RemoveAll(block => block.Notice == ended);
        }

        var begun = PluginBlocked.Decode(fact.Payload);
        return known.Add(new PluginBlock(begun.Notice, begun.Kind, begun.Version, fact.At));
    }

    /// <summary>The block that stops the plugin, the gravest first; null if none does.</summary>
    /// <param name="blocks">The plugin's blocks.</param>
    /// <param name="version">The hash of the version in use; null if the plugin has none.</param>
    public static PluginBlock? InForce(ImmutableArray<PluginBlock> blocks, string? version) =>
        blocks.IsDefaultOrEmpty ? null : blocks.Where(block => block.Stops(version)).MinBy(static block => block.Kind);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PluginBlocked))]
[JsonSerializable(typeof(PluginUnblocked))]
internal sealed partial class PluginBlockJson : JsonSerializerContext;
