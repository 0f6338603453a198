using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Journal;

namespace Marketplace.Listings;

/// <summary>A command on a plugin's listing.</summary>
[GenerateSerializer, Immutable, Alias("mp.listings.command")]
public abstract record ListingCommand
{
    private ListingCommand() { }

    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>The developer for which a person gives the command; null for commands of reviewers and of the platform.</summary>
    public DeveloperId? Author =>
        this switch
        {
            Create create => create.Developer,
            AddVersion add => add.Developer,
            Submit submit => submit.Developer,
            ChangeCategory change => change.Developer,
            _ => null,
        };

    /// <summary>Reserves a plugin's id for a developer.</summary>
    [GenerateSerializer, Immutable, Alias("mp.listings.command.create")]
    public sealed record Create([property: Id(0)] DeveloperId Developer) : ListingCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("create", Developer.Value);
    }

    /// <summary>Adds a version that the gate has judged.</summary>
    [GenerateSerializer, Immutable, Alias("mp.listings.command.add-version")]
    public sealed record AddVersion([property: Id(0)] DeveloperId Developer, [property: Id(1)] VersionSubmission Version) : ListingCommand
    {
        // The gate's report is looked up for the command: on another day it would be another one.
        public override string Fingerprint => CommandFingerprint.Of("add-version", Developer.Value, Version.Hash);
    }

    /// <summary>Submits a version to both tracks; one that was approved or is open stays as it is.</summary>
    [GenerateSerializer, Immutable, Alias("mp.listings.command.submit")]
    public sealed record Submit([property: Id(0)] DeveloperId Developer, [property: Id(1)] string Hash) : ListingCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("submit", Developer.Value, Hash);
    }

    [GenerateSerializer, Immutable, Alias("mp.listings.command.claim")]
    public sealed record Claim([property: Id(0)] string Hash, [property: Id(1)] ReviewTrack Track) : ListingCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("claim", Hash, Track.ToString());
    }

    [GenerateSerializer, Immutable, Alias("mp.listings.command.release")]
    public sealed record Release([property: Id(0)] string Hash, [property: Id(1)] ReviewTrack Track) : ListingCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("release", Hash, Track.ToString());
    }

    /// <summary>Decides a claimed track.</summary>
    /// <param name="Hash">The version.</param>
    /// <param name="Track">The track.</param>
    /// <param name="Verdict">The verdict.</param>
    /// <param name="Reasons">At most 20 of 1–500 characters; at least one unless it is an approval.</param>
    /// <param name="Scores">For the business track, 0–5 points for each criterion of <see cref="BusinessRubric"/>.</param>
    /// <param name="Policy">The policy's version under which it is judged.</param>
    [GenerateSerializer, Immutable, Alias("mp.listings.command.decide")]
    public sealed record Decide(
        [property: Id(0)] string Hash,
        [property: Id(1)] ReviewTrack Track,
        [property: Id(2)] TrackVerdict Verdict,
        [property: Id(3)] ImmutableArray<string> Reasons,
        [property: Id(4)] ImmutableSortedDictionary<string, int> Scores,
        [property: Id(5)] string Policy
    ) : ListingCommand
    {
        // The policy in force is looked up for the command.
        public override string Fingerprint =>
            CommandFingerprint.Of(
                "decide",
                Hash,
                Track.ToString(),
                Verdict.ToString(),
                CommandFingerprint.Text(Reasons),
                CommandFingerprint.Text([.. Scores.Select(score => $"{score.Key}={CommandFingerprint.Text(score.Value)}")])
            );
    }

    /// <summary>Takes a version off the listing until it is reinstated; only the platform does.</summary>
    /// <param name="Hash">The version.</param>
    /// <param name="Notice">The number of the public notice.</param>
    [GenerateSerializer, Immutable, Alias("mp.listings.command.suspend-version")]
    public sealed record SuspendVersion([property: Id(0)] string Hash, [property: Id(1)] string Notice) : ListingCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("suspend-version", Hash, Notice);
    }

    /// <summary>Ends a suspension: the version is listed again if no higher one was meanwhile.</summary>
    /// <param name="Hash">The version.</param>
    /// <param name="Notice">The number of the notice under which it was suspended.</param>
    [GenerateSerializer, Immutable, Alias("mp.listings.command.reinstate-version")]
    public sealed record ReinstateVersion([property: Id(0)] string Hash, [property: Id(1)] string Notice) : ListingCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reinstate-version", Hash, Notice);
    }

    /// <summary>Records a sandbox round; only the platform does.</summary>
    [GenerateSerializer, Immutable, Alias("mp.listings.command.record-round")]
    public sealed record RecordRound([property: Id(0)] string Hash, [property: Id(1)] SandboxRound Round) : ListingCommand
    {
        public override string Fingerprint =>
            CommandFingerprint.Of(
                "record-round",
                Hash,
                Round.Id,
                CommandFingerprint.Text(Round.Seed),
                CommandFingerprint.Text(Round.StartedAt),
                CommandFingerprint.Text(Round.EndedAt),
                Round.Passed ? "passed" : "failed"
            );
    }

    /// <summary>Moves a version to another category: its business track is opened again, and nothing else (R19).</summary>
    [GenerateSerializer, Immutable, Alias("mp.listings.command.change-category")]
    public sealed record ChangeCategory(
        [property: Id(0)] DeveloperId Developer,
        [property: Id(1)] string Hash,
        [property: Id(2)] PluginCategory Category
    ) : ListingCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("change-category", Developer.Value, Hash, Category.ToString());
    }
}
