using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Privacy;
using Marketplace.Rounds;
using Marketplace.Schemas;
using Marketplace.Schemas.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Rounds;

/// <summary>A round to run.</summary>
/// <param name="Round">The round.</param>
/// <param name="Subject">The version.</param>
/// <param name="Plan">Its traffic.</param>
internal sealed record RoundJob(Round Round, RoundSubject Subject, RoundPlan Plan)
{
    public InstallationId Installation => Round.Id.Installation(Subject.Profile.Id);
}

/// <summary>
/// Sends a round's traffic and observes the plugin. Events go into the feed of the round's seller, as the platform's do, and to the
/// declared endpoint by the sender of real deliveries: signed, with its limits and its address guard. The plugin calls through the real
/// call path.
/// </summary>
internal sealed class RoundTraffic(
    IEventSender sender,
    IPrivatePartSeal seal,
    IGrainFactory grains,
    SchemaVersions schemas,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
)
{
    /// <summary>The source of the rounds' events.</summary>
    public const string Source = "urn:marketplace:sandbox";

    // Events and requests of one slice go together; short against every limit of a round.
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs the traffic in real time, and returns when the plugin's time to call is over.</summary>
    /// <param name="job">The round.</param>
    /// <param name="progress">Called a few times with the requests sent so far.</param>
    /// <param name="cancellationToken">Interrupts the round.</param>
    public async Task<RoundObservations> Run(RoundJob job, Func<int, Task> progress, CancellationToken cancellationToken)
    {
        var secrets = await SecretsOf(job.Subject.Profile.Id, cancellationToken);
        var schema = schemas.ServedTo(job.Subject.Profile.Manifest.Schema, time.GetUtcNow());
        var run = new RoundRun(job, new RoundRequests(sender, job, secrets, schema));
        var began = TimeProvider.System.GetTimestamp();
        var reports = new ProgressReports(job.Plan.Requests.Length, progress);
        foreach (var slice in SlicesOf(job.Plan))
        {
            await WaitUntil(began, slice.At, cancellationToken);
            await Append(run, slice.Events, cancellationToken);
            run.Start(slice.Requests, cancellationToken);
            await reports.Report(run.Sent);
        }

        var answers = await run.Answers();
        await Task.Delay(job.Round.Policy.Grace, TimeProvider.System, cancellationToken);
        return new RoundObservations(
            [.. answers.Select(static answer => answer.Sample)],
            await CallsOf(job.Installation, cancellationToken),
            [
                .. answers.Select(static answer => answer.CanaryPlace).OfType<string>().Distinct(),
                .. await new CanarySearch(grains, job).Places(cancellationToken),
            ]
        );
    }

    private static IEnumerable<(TimeSpan At, ImmutableArray<int> Events, ImmutableArray<PlannedRequest> Requests)> SlicesOf(RoundPlan plan)
    {
        var events = plan
            .Events.Select(static (@event, index) => (Slice: SliceOf(@event.At), Index: index))
            .ToLookup(static item => item.Slice, static item => item.Index);
        var requests = plan.Requests.ToLookup(static request => SliceOf(request.At));
        return events
            .Select(static slice => slice.Key)
            .Union(requests.Select(static slice => slice.Key))
            .Order()
            .Select(slice => (Slice * slice, events[slice].ToImmutableArray(), requests[slice].ToImmutableArray()));
    }

    private static int SliceOf(TimeSpan at) => (int)(at.Ticks / Slice.Ticks);

    private static async Task WaitUntil(long began, TimeSpan at, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var wait = at - TimeProvider.System.GetElapsedTime(began);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, TimeProvider.System, cancellationToken);
        }
    }

    private async Task Append(RoundRun run, ImmutableArray<int> events, CancellationToken cancellationToken)
    {
        if (events.IsEmpty)
        {
            return;
        }

        var job = run.Job;
        var seller = job.Round.Id.Seller;
        var incoming = ImmutableArray.CreateBuilder<IncomingEvent>(events.Length);
        foreach (var index in events)
        {
            var parsed = Parse(job, index);
            incoming.Add(parsed.WithSeal(await seal.Seal(seller, parsed, cancellationToken)));
        }

        var feed = grains.GetFeed(seller);
        var appended = await feed.Append(incoming.MoveToImmutable(), cancellationToken);
        var (first, last) = (appended.Min(static one => one.Seq), appended.Max(static one => one.Seq));
        var page = await feed.ReadEvents(first - 1, (int)(last - first + 1), cancellationToken);
        var bySeq = page.Events.ToDictionary(static @event => @event.Seq);
        for (var i = 0; i < events.Length; i++)
        {
            run.Add(events[i], bySeq[appended[i].Seq]);
        }
    }

    /// <summary>The event as the intake reads the platform's: its private part is not in the public one.</summary>
    private ParsedEvent Parse(RoundJob job, int index)
    {
        var planned = job.Plan.Events[index];
        var envelope = new EventEnvelope(
            job.Round.Id.Seller,
            Source,
            FormattableString.Invariant($"{job.Round.Id}/{index}"),
            planned.Type,
            planned.Subject,
            // The simulated day ends when the round begins: an event of the future would be refused.
            job.Round.StartedAt
                - TimeSpan.FromHours(24)
                + planned.Simulated
        );
        using var data = JsonDocument.Parse(planned.Data);
        var parsed = EventParser.Parse(envelope, data.RootElement, time.GetUtcNow());
        return parsed.Refusal is { } refusal
            ? throw new InvalidOperationException($"The planned event {index} of {job.Round.Id} is refused: {refusal.Reason}")
            : parsed.Value!;
    }

    private async Task<ImmutableArray<string>> SecretsOf(PluginId plugin, CancellationToken cancellationToken)
    {
        var webhook = await grains.GetGrain<IPluginWebhookGrain>(GrainKeys.PluginWebhook(plugin)).Get(cancellationToken);
        return [.. webhook.Setup.SecretsAt(time.GetUtcNow()).Select(static secret => secret.Sealed)];
    }

    private async Task<ImmutableSortedDictionary<string, long>> CallsOf(InstallationId installation, CancellationToken cancellationToken)
    {
        var usage = await grains.GetGrain<IUsageStatisticsGrain>(GrainKeys.UsageStatistics(installation)).Read(cancellationToken);
        return usage.Operations.ToImmutableSortedDictionary(
            static operation => operation.Operation.Value,
            static operation => operation.Days.Values.Sum(),
            StringComparer.Ordinal
        );
    }
}

/// <summary>Reports each quarter of the requests once; the last one comes with the result.</summary>
internal sealed class ProgressReports(int requests, Func<int, Task> report)
{
    private const int Steps = 4;

    private int _next = 1;

    public async Task Report(int sent)
    {
        if (_next < Steps && sent > 0 && sent * Steps >= requests * _next)
        {
            _next = (sent * Steps / requests) + 1;
            await report(sent);
        }
    }
}

/// <summary>What a running round has sent.</summary>
internal sealed class RoundRun(RoundJob job, RoundRequests requests)
{
    private readonly Dictionary<int, PluginEvent> _events = [];
    private readonly List<Task<RoundAnswer>> _answers = [];

    public RoundJob Job => job;

    public int Sent => _answers.Count;

    public void Add(int index, PluginEvent @event) => _events.Add(index, @event);

    /// <summary>Sends without waiting for answers: a slow plugin must not make the traffic slower.</summary>
    public void Start(ImmutableArray<PlannedRequest> planned, CancellationToken cancellationToken)
    {
        foreach (var request in planned)
        {
            _answers.Add(requests.Send(_events[request.Event], request.Fault, cancellationToken));
        }
    }

    public async Task<RoundAnswer[]> Answers() => await Task.WhenAll(_answers);
}

/// <param name="Sample">What it came to.</param>
/// <param name="CanaryPlace">Where a canary was in the answer; null for none.</param>
internal sealed record RoundAnswer(AnswerSample Sample, string? CanaryPlace);

/// <summary>Sends single events of a round.</summary>
/// <param name="sender">The sender of real deliveries.</param>
/// <param name="job">The round.</param>
/// <param name="secrets">The plugin's secrets; without any, the marketplace's signature alone is sent.</param>
/// <param name="schema">The version in which events are written.</param>
internal sealed class RoundRequests(IEventSender sender, RoundJob job, ImmutableArray<string> secrets, string schema)
{
    private const int ScannedBytes = 64 * 1024;

    private readonly ImmutableHashSet<string> _scopes = [.. job.Subject.Scopes];
    private readonly SendTurn _turn = new(job.Installation, job.Subject.Webhook ?? new Uri("about:blank"), isProbe: false);

    public async Task<RoundAnswer> Send(PluginEvent @event, RequestFault fault, CancellationToken cancellationToken)
    {
        var message = new EventMessage(
            _turn.Url,
            @event.MessageId,
            EventPayloads.Render(@event, job.Installation, schema, _scopes),
            EventPayloads.ContentType,
            secrets,
            job.Round.Policy.Timeout,
            fault == RequestFault.Duplicate ? 2 : 1
        )
        {
            Installation = job.Installation,
            AnswerBytes = ScannedBytes,
        };
        using var slot = await sender.Enter(_turn, cancellationToken);
        var result = await sender.Send(message, cancellationToken);
        var sample = new AnswerSample(@event.Type, result.IsAccepted, result.Status is null ? null : result.Latency);
        return new RoundAnswer(sample, HoldsCanary(result.Answer) ? $"answer to {@event.Type}" : null);
    }

    private bool HoldsCanary(ReadOnlyMemory<byte> answer) => !answer.IsEmpty && job.Plan.Marks.AreIn(Encoding.UTF8.GetString(answer.Span));
}
