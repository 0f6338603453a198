using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Api.SellerApi.Quotas;
using Marketplace.Catalogue;
using Marketplace.Diagnostics;
using Marketplace.Enterprises;
using Marketplace.Identity;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Live;

/// <summary>
/// One page's stream: the facts that concern its seller as they are appended, and the counters of this process at most once a second. Ends
/// with the page, with the process, or with the token, which its last event says.
/// </summary>
internal sealed partial class SellerEventStream(HttpContext context, IGrainFactory grains, SellerId seller)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ISellerEvents _facts = context.RequestServices.GetRequiredService<ISellerEvents>();
    private readonly IQuotaGate _gate = context.RequestServices.GetRequiredService<IQuotaGate>();
    private readonly TokenAuthenticator _tokens = context.RequestServices.GetRequiredService<TokenAuthenticator>();
    private readonly TimeProvider _time = context.RequestServices.GetRequiredService<TimeProvider>();
    private readonly EventStream _events = new(context, Patience, context.RequestServices.GetRequiredService<TimeProvider>());
    private readonly Dictionary<InstallationId, (DateOnly Day, long Used, decimal? Cap)> _shown = [];
    private readonly CallerIdentity _caller = context.Features.Get<CallerIdentity>()
        ?? throw new InvalidOperationException("The stream is for a caller with a token.");
    private readonly ILogger<SellerEventStream> _logger = context.RequestServices.GetRequiredService<ILogger<SellerEventStream>>();
    private readonly TimeProvider _identityTime = context.RequestServices.GetRequiredKeyedService<TimeProvider>(IdentityNames.Clock);
    private long _verified = context.RequestServices.GetRequiredService<TimeProvider>().GetTimestamp();
    private HashSet<PluginId> _seen = [];
    private string? _enterprise;
    private string? _accepting;
    private bool _hasBaseline;

    /// <summary>Sends what came after a position, then everything later.</summary>
    /// <param name="after">The position of the last event that the page got; null for a new page.</param>
    public async Task Run(long? after)
    {
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await LookAround(ends.Token);
            using var listener = await _facts.Listen(Streams(), ends.Token);
            await Begin(listener, after, ends.Token);
            await GoOn(listener, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The page is gone, or the process stops: it comes back with the id of its last event.
        }
        catch (OperationCanceledException)
        {
            // It has not read for too long.
            context.Abort();
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException or Orleans.Runtime.OrleansException)
        {
            // As other requests answer it: the page comes back with the id of its last event.
            await SendProblem(ProblemWriter.StorageUnavailable(), ends.Token);
        }
    }

    private async Task Begin(ISellerListener listener, long? after, CancellationToken ends)
    {
        // Randomised, so that the pages of a process that ended do not all come back at once.
        var frames = new EventFrames().Retry(Random.Shared.Next(1_000, 4_000));
        IReadOnlyList<AuditItem>? missed =
            after is { } place && place <= listener.From ? await _facts.Read(Streams(), place, listener.From, ends)
            : after is null ? []
            : null;
        foreach (var item in missed ?? [])
        {
            await Add(frames, item, ends);
        }

        // Without this a page that nothing happens to would have no place to come back to.
        frames.Event(missed is null ? "reset" : "ready", "{}"u8, IdOf(listener.From));
        await _events.Write(frames, ends);
    }

    private async Task GoOn(ISellerListener listener, CancellationToken ends)
    {
        var (lastSent, lastLook) = (_time.GetTimestamp(), 0L);
        while (!listener.IsLost)
        {
            var frames = new EventFrames();
            while (!listener.IsLost && listener.TryRead(out var item))
            {
                await Add(frames, item, ends);
                if (_enterprise is { } enterprise)
                {
                    listener.Add(enterprise);
                }
            }

            if (lastLook == 0 || _time.GetElapsedTime(lastLook) >= Pace)
            {
                lastLook = _time.GetTimestamp();
                await AddUsage(frames, ends);
            }

            if (await TokenProblem(ends) is { } ended)
            {
                await SendProblem(ended, ends);
                return;
            }

            if (frames.Written.IsEmpty && _time.GetElapsedTime(lastSent) >= Heartbeat)
            {
                frames.Comment("still here");
            }

            if (!frames.Written.IsEmpty)
            {
                await _events.Write(frames, ends);
                lastSent = _time.GetTimestamp();
            }

            await listener.Wait(Pace, ends);
        }
    }

    private async Task Add(EventFrames frames, AuditItem item, CancellationToken ends)
    {
        var fact = item.Fact;
        var before = _accepting;
        if (fact.Entity.StartsWith("seller/", StringComparison.Ordinal) || fact.Entity.StartsWith("enterprise/", StringComparison.Ordinal))
        {
            await LookAround(ends);
        }

        // Either will do: the end of an approval concerns the shops that had it.
        var (kinds, installation) = Read(fact, isAccepted: fact.Entity == before || fact.Entity == _accepting);
        if (installation is not null && InstallationId.TryParse(installation, null, out var id) && !_seen.Contains(id.Plugin))
        {
            return;
        }

        var view = new SellerEventView(IdOf(item.Position), fact.At, fact.Type, installation);
        foreach (var kind in kinds)
        {
            frames.Event(kind, JsonSerializer.SerializeToUtf8Bytes(view, SellerEventJson.Default.SellerEventView), view.Id);
        }
    }

    /// <summary>
    /// The events of a fact. A fact that this version cannot read has none: if it ended the stream, the page would come back to the same
    /// fact without end.
    /// </summary>
    private (string[] Kinds, string? Installation) Read(JournalFact fact, bool isAccepted)
    {
        try
        {
            return ([.. SellerEventKinds.Of(fact, seller, isAccepted)], SellerEventKinds.InstallationOf(fact));
        }
        catch (Exception e)
        {
            LogUnreadable(e, fact.Entity, fact.Version);
            return ([], null);
        }
    }

    /// <summary>Adds the counters that have changed; those of other processes are not seen.</summary>
    private async Task AddUsage(EventFrames frames, CancellationToken ends)
    {
        foreach (var id in _seen.Select(plugin => new InstallationId(seller, plugin)))
        {
            if (_gate.PeekHere(id) is not { } view)
            {
                continue;
            }

            // A counter that appears later has counted its first calls since the page was opened.
            var now = (view.Day, view.DailyUsed, view.SpendCap);
            var isChanged = _shown.TryGetValue(id, out var before) ? before != now : _hasBaseline;
            if (isChanged && await _gate.ReadUsage(id, ends) is { } usage)
            {
                frames.Event("usage", JsonSerializer.SerializeToUtf8Bytes(UsageView.Of(id, usage), UsageJson.Default.UsageView));
            }

            _shown[id] = now;
        }

        _hasBaseline = true;
    }

    /// <summary>The plugins that the caller may see, and the seller's enterprise; asked again when a fact may have changed them.</summary>
    private async Task LookAround(CancellationToken ends)
    {
        var grain = grains.GetGrain<ISellerGrain>(GrainKeys.Of(seller));
        var plugins = await grain.GetPlugins(ends);
        _seen = [.. await SubAccountGate.Among(context, grains, seller, plugins)];
        var entity = await grain.GetEntity(ends);
        _enterprise = Licence.TryParse(entity.Licence, null, out var licence) ? GrainKeys.Of(licence) : null;
        _accepting = entity.Approved ? _enterprise : null;
    }

    private List<string> Streams()
    {
        List<string> streams = [GrainKeys.Of(seller), IIncidentsGrain.GrainKey];
        if (_enterprise is { } enterprise)
        {
            streams.Add(enterprise);
        }

        return streams;
    }

    /// <summary>
    /// The end of the token: its expiry within a second, a revocation at the next heartbeat, because for that the store is asked.
    /// </summary>
    private async Task<Refusal?> TokenProblem(CancellationToken ends)
    {
        var hasTime = _identityTime.GetUtcNow() < _caller.ExpiresAt;
        if (hasTime && _time.GetElapsedTime(_verified) < Heartbeat)
        {
            return null;
        }

        _verified = _time.GetTimestamp();
        var token = await _tokens.Authenticate(context.Request.Headers.Authorization, ends);
        return token.Caller is null ? ProblemWriter.Plain(token.Code, TokenProblems.Detail(token.Code)) : null;
    }

    private Task SendProblem(Refusal refusal, CancellationToken ends)
    {
        var problem = JsonSerializer.SerializeToUtf8Bytes(context.ProblemOf(refusal), ProblemJson.Default.Problem);
        return _events.Write(new EventFrames().Event("problem", problem), ends);
    }

    private static string IdOf(long position) => position.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Fact {Version} of {Entity} cannot be read; a page goes without it.")]
    private partial void LogUnreadable(Exception exception, string entity, long version);
}

/// <summary>What happened, without its contents.</summary>
/// <param name="Id">The place in the journal; a notification has the same id.</param>
/// <param name="At">When.</param>
/// <param name="Type">The fact's type, as in the trail.</param>
/// <param name="Installation">The installation that it is about; null without one.</param>
internal sealed record SellerEventView(string Id, DateTimeOffset At, string Type, string? Installation);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SellerEventView))]
internal sealed partial class SellerEventJson : JsonSerializerContext;
