using System.Collections.Immutable;
using Marketplace.Developers;
using Marketplace.Journal;

namespace Marketplace.Rounds;

/// <summary>Starts a sandbox round of a version.</summary>
/// <param name="Developer">The developer for which a person gives the command.</param>
/// <param name="Hash">The version.</param>
/// <param name="Seed">The seed that was asked for; null to take <paramref name="Drawn"/>.</param>
/// <param name="Drawn">A seed drawn for the command.</param>
/// <param name="Justified">Reasons for declared scopes that a round does not use, by scope; 1–500 characters each.</param>
/// <param name="Operations">Every operation that a plugin can call, with the scopes that it needs.</param>
[GenerateSerializer, Immutable, Alias("mp.rounds.start")]
public sealed record StartRound(
    [property: Id(0)] DeveloperId Developer,
    [property: Id(1)] string Hash,
    [property: Id(2)] long? Seed,
    [property: Id(3)] long Drawn,
    [property: Id(4)] ImmutableSortedDictionary<string, string> Justified,
    [property: Id(5)] ImmutableSortedDictionary<string, ImmutableArray<string>> Operations
)
{
    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public string Fingerprint =>
        CommandFingerprint.Of(
            "start-round",
            Developer.Value,
            Hash,
            Seed is { } seed ? CommandFingerprint.Text(seed) : null,
            CommandFingerprint.Text([.. Justified.Select(static reason => $"{reason.Key}={reason.Value}")])
        );
}
