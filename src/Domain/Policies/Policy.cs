using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Policies;

/// <summary>One published version of a policy; it never changes.</summary>
/// <param name="Number">1 for the first version.</param>
/// <param name="Version">Its name, by which decisions refer to it.</param>
/// <param name="Text">The text in both languages; null if it is only at <paramref name="Link"/>.</param>
/// <param name="Hash">SHA-256 of the text, 64 lower-case hexadecimal digits; see <see cref="HashOf"/>.</param>
/// <param name="Link">Where the text is; null if only <paramref name="Text"/> has it.</param>
/// <param name="EffectiveFrom">The first day, in Asia/Shanghai, on which it is in force.</param>
/// <param name="PublishedAt">When it was published.</param>
[GenerateSerializer, Immutable, Alias("mp.policies.version")]
public sealed record PolicyVersion(
    [property: Id(0)] int Number,
    [property: Id(1)] string Version,
    [property: Id(2)] BilingualText? Text,
    [property: Id(3)] string Hash,
    [property: Id(4)] string? Link,
    [property: Id(5)] DateOnly EffectiveFrom,
    [property: Id(6)] DateTimeOffset PublishedAt
)
{
    /// <summary>SHA-256 of the Chinese text, a line feed and the English text, in UTF-8; 64 lower-case hexadecimal digits.</summary>
    public static string HashOf(BilingualText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{text.Zh}\n{text.En}")));
    }
}

/// <summary>A policy: the fold of its facts.</summary>
/// <param name="Versions">Its versions by effective day, rising; empty before the first is published.</param>
[GenerateSerializer, Immutable, Alias("mp.policies.policy")]
public sealed record Policy([property: Id(0)] ImmutableArray<PolicyVersion> Versions)
{
    /// <summary>A policy of which nothing was published.</summary>
    public static Policy None { get; } = new([]);

    /// <summary>The version in force on a day of business; null before the first.</summary>
    public PolicyVersion? InForceOn(DateOnly day) => Versions.LastOrDefault(version => version.EffectiveFrom <= day);

    /// <summary>A version by its name; null if there is none.</summary>
    public PolicyVersion? Find(string version) => Versions.FirstOrDefault(known => known.Version == version);

    /// <summary>The names of the version in force on a day and of those to come: what can be accepted on it.</summary>
    public ImmutableArray<string> AcceptableOn(DateOnly day)
    {
        var inForce = InForceOn(day);
        return [.. Versions.Where(version => version == inForce || version.EffectiveFrom > day).Select(static version => version.Version)];
    }

    /// <summary>Folds one event.</summary>
    public Policy After(PolicyPublished @event, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var version = new PolicyVersion(
            Versions.Length + 1,
            @event.Version,
            @event.Text,
            @event.Hash,
            @event.Link,
            @event.EffectiveFrom,
            at
        );
        return new Policy(Versions.Add(version));
    }
}
