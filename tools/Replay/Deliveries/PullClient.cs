using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Deliveries;

/// <summary>A plugin that pulls. Now and then it forgets to confirm, and must get the same events again.</summary>
internal sealed class PullClient(
    InstallationBook book,
    PluginDesk desk,
    SplitMix random,
    int forgetfulness,
    Findings findings,
    TimeProvider time
)
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs until cancelled.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (!await Once(cancellationToken))
                {
                    await Task.Delay(Idle, time, cancellationToken);
                }
            }
            catch (RefusedException error)
            {
                findings.Add(Wrong.Refusal, error.Message);
                await Task.Delay(Idle, time, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<bool> Once(CancellationToken cancellationToken)
    {
        if (await desk.Consume(cancellationToken) is not { } next)
        {
            return false;
        }

        var owed = book.Arrive(next.Events);
        book.Keep(owed);
        if (random.Chance(forgetfulness))
        {
            return true;
        }

        book.Acknowledge(owed);
        await desk.Confirm(next.Cursor, cancellationToken);
        return true;
    }
}
