using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Diagnostics;

/// <summary>An operator's command on incidents.</summary>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.incident-command")]
public abstract record IncidentCommand
{
    private IncidentCommand() { }

    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public abstract string Fingerprint { get; }

    [GenerateSerializer, Immutable, Alias("mp.diagnostics.incident-command.open")]
    public sealed record Open([property: Id(0)] string Id, [property: Id(1)] BilingualText Title, [property: Id(2)] IncidentReach Reach)
        : IncidentCommand
    {
        // Excludes the id, made for each request, and the scopes, derived from the operations.
        public override string Fingerprint =>
            CommandFingerprint.Of(
                "open",
                Title.Zh,
                Title.En,
                CommandFingerprint.Text(Reach.Operations),
                CommandFingerprint.Text(Reach.Plugins),
                CommandFingerprint.Text(Reach.Sellers)
            );
    }

    [GenerateSerializer, Immutable, Alias("mp.diagnostics.incident-command.resolve")]
    public sealed record Resolve([property: Id(0)] string Id) : IncidentCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("resolve", Id);
    }
}

/// <summary>An event of an incident; each case is one kind of journal fact.</summary>
public abstract record IncidentEvent : IJournalEvent
{
    private IncidentEvent() { }

    public sealed record Opened(
        string Id,
        string TitleZh,
        string TitleEn,
        ImmutableArray<string> Operations,
        ImmutableArray<string> Scopes,
        ImmutableArray<string> Plugins,
        ImmutableArray<string> Sellers
    ) : IncidentEvent;

    public sealed record Resolved(string Id) : IncidentEvent;

    /// <summary>The event's name in the journal; never reused for another shape.</summary>
    public string Type => this is Opened ? "incident-opened" : "incident-resolved";

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), IncidentJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static IncidentEvent Decode(string type, ReadOnlyMemory<byte> payload)
    {
        Type shape = type switch
        {
            "incident-opened" => typeof(Opened),
            "incident-resolved" => typeof(Resolved),
            _ => throw new FormatException($"The journal contains an incident event of unknown type '{type}'."),
        };
        return (IncidentEvent)JsonSerializer.Deserialize(payload.Span, shape, IncidentJson.Default)!;
    }
}

/// <summary>All incidents: the fold of their facts. Only the newest <see cref="MaxResolved"/> resolved ones are kept.</summary>
/// <param name="Incidents">In the order of opening.</param>
public sealed record IncidentHistory(ImmutableArray<Incident> Incidents)
{
    /// <summary>Maximum open incidents; with more declared, there really is one large incident.</summary>
    public const int MaxOpen = 100;

    /// <summary>Maximum resolved incidents listed.</summary>
    public const int MaxResolved = 200;

    public static IncidentHistory Empty { get; } = new([]);

    public ImmutableArray<Incident> Open => [.. Incidents.Where(incident => incident.IsOpen)];

    /// <summary>Decides a command; an empty list means nothing to change.</summary>
    public static Outcome<ImmutableArray<IncidentEvent>> Decide(IncidentHistory book, IncidentCommand command) =>
        command switch
        {
            IncidentCommand.Open when book.Open.Length >= MaxOpen => DiagnosticsRefusals.TooManyIncidents(MaxOpen),
            IncidentCommand.Open open => ImmutableArray.Create(EventOf(open)),
            IncidentCommand.Resolve resolve => book.Find(resolve.Id) is { } found
                ? found.IsOpen
                    ? ImmutableArray.Create(EventOf(resolve))
                    : ImmutableArray<IncidentEvent>.Empty
                : DiagnosticsRefusals.NoIncident(),
            _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
        };

    /// <summary>The event of a command that changes something.</summary>
    public static IncidentEvent EventOf(IncidentCommand command) =>
        command switch
        {
            IncidentCommand.Open open => new IncidentEvent.Opened(
                open.Id,
                open.Title.Zh,
                open.Title.En,
                open.Reach.Operations,
                open.Reach.Scopes,
                open.Reach.Plugins,
                open.Reach.Sellers
            ),
            IncidentCommand.Resolve resolve => new IncidentEvent.Resolved(resolve.Id),
            _ => throw new InvalidOperationException($"No event for {command.GetType().Name}."),
        };

    /// <summary>Folds one event.</summary>
    public IncidentHistory Evolve(IncidentEvent @event, DateTimeOffset at, ActorId actor) =>
        @event switch
        {
            IncidentEvent.Opened opened => Bounded(
                Incidents.Add(
                    new Incident(
                        opened.Id,
                        new BilingualText(opened.TitleZh, opened.TitleEn),
                        new IncidentReach(opened.Operations, opened.Scopes, opened.Plugins, opened.Sellers),
                        at,
                        actor
                    )
                )
            ),
            IncidentEvent.Resolved resolved => this with
            {
                Incidents =
                [
                    .. Incidents.Select(incident =>
                        incident.Id == resolved.Id ? incident with { ResolvedAt = at, ResolvedBy = actor } : incident
                    ),
                ],
            },
            _ => throw new InvalidOperationException($"No fold for {@event.GetType().Name}."),
        };

    public Incident? Find(string id) => Incidents.FirstOrDefault(incident => incident.Id == id);

    private IncidentHistory Bounded(ImmutableArray<Incident> all)
    {
        var tooMany = all.Count(incident => !incident.IsOpen) - MaxResolved;
        return this with { Incidents = tooMany <= 0 ? all : all.Remove(all.First(incident => !incident.IsOpen)) };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IncidentEvent.Opened))]
[JsonSerializable(typeof(IncidentEvent.Resolved))]
internal sealed partial class IncidentJson : JsonSerializerContext;
