using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Marketplace.Diagnostics;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Diagnostics;

/// <summary>
/// Passes errors from the call path to their logs: a bounded queue, drained by one loop in batches per log. Overflow is dropped and
/// counted, because a storm of errors must not exhaust memory.
/// </summary>
internal sealed partial class ErrorSink : BackgroundService, IErrorSink
{
    /// <summary>Maximum queued errors.</summary>
    public const int Capacity = 10_000;

    private const int Batch = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Channel<(string Log, ErrorEntry Error)> _queue;
    private readonly Counter<long> _dropped;
    private readonly TimeProvider _time;
    private readonly IGrainFactory _grains;
    private readonly ILogger<ErrorSink> _logger;

    public ErrorSink(
        IGrainFactory grains,
        IMeterFactory meters,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
        ILogger<ErrorSink> logger
    )
    {
        (_grains, _time, _logger) = (grains, time, logger);
        _dropped = meters
            .Create("Marketplace")
            .CreateCounter<long>("marketplace.diagnostics.errors_dropped", "{error}", "Errors that did not reach their log.");
        _queue = Channel.CreateBounded<(string, ErrorEntry)>(
            new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest },
            _ => _dropped.Add(1)
        );
    }

    public void Add(InstallationId installation, ErrorEntry error) => Queue(GrainKeys.Errors(installation), error);

    public void AddReceived(string caller, ErrorEntry error) => Queue(GrainKeys.ReceivedErrors(caller), error);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<(string Log, ErrorEntry Error)>();
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < Batch && _queue.Reader.TryRead(out var next))
                {
                    batch.Add(next);
                }

                await Task.WhenAll(batch.GroupBy(entry => entry.Log).Select(Send));
                batch.Clear();
                // Errors arrive in bursts; a short pause makes one batch of them.
                await Task.Delay(Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Errors still queued are lost with the process.
        }
    }

    private void Queue(string log, ErrorEntry error) => _queue.Writer.TryWrite((log, error with { At = _time.GetUtcNow() }));

    private async Task Send(IGrouping<string, (string Log, ErrorEntry Error)> errors)
    {
        try
        {
            await _grains.GetGrain<IErrorLogGrain>(errors.Key).Add([.. errors.Select(entry => entry.Error)]);
        }
        catch (Exception e)
        {
            // The log's store may be what failed these calls, so this loop must continue. The counter keeps the last errors in memory.
            _dropped.Add(errors.Count());
            LogLost(_logger, errors.Count(), errors.Key, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} errors did not reach {Log}: {Cause}")]
    private static partial void LogLost(ILogger logger, int count, string log, string cause);
}
