using System.Runtime.InteropServices;
using Marketplace.Catalogue;
using Marketplace.Grains.Ports;

namespace Marketplace.Webhooks.Sending;

/// <summary>
/// The connection slots for one host and port. Half of them are first come, first served; from then on each installation gets one, and
/// finally each plugin without any, so that a newcomer gets a slot although others hang. Probed endpoints get a quarter. Not thread-safe.
/// </summary>
/// <param name="places">Total slots, at least 1.</param>
/// <param name="perInstallation">Maximum slots per installation, at least 1.</param>
internal sealed class Authority(int places, int perInstallation)
{
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly Dictionary<string, int> _byHolder = [];
    private readonly Dictionary<PluginId, int> _byPlugin = [];
    private int _held;
    private int _probes;

    public int Waiting => _waiting.Count;

    public bool IsUnused => _held == 0 && _waiting.Count == 0;

    /// <summary>Grants a slot, or queues the waiter.</summary>
    public void Ask(Waiter waiter)
    {
        _waiting.AddLast(waiter);
        Admit();
    }

    /// <summary>Removes a waiter that gave up.</summary>
    public void Forget(Waiter waiter) => _waiting.Remove(waiter);

    public void Leave(SendTurn turn)
    {
        Count(turn, -1);
        Admit();
    }

    // Half for everyone, three quarters for one plugin, seven eighths for plugins that already hold some.
    private int Open => Math.Max(1, places / 2);

    private int PluginsMost => Math.Max(1, places - (places / 4));

    private int Shared => Math.Max(1, places - (places / 8));

    private int ProbesMost => Math.Max(1, places / 4);

    private void Admit()
    {
        while (_held < places && Best() is { } waiter)
        {
            _waiting.Remove(waiter);
            Count(waiter.Turn, 1);
            if (!waiter.Admit())
            {
                Count(waiter.Turn, -1);
            }
        }
    }

    /// <summary>
    /// The eligible waiter whose plugin, then installation, holds the fewest slots; probes last, otherwise the longest waiting.
    /// </summary>
    private Waiter? Best() =>
        _waiting
            .Where(waiter => IsFree(waiter.Turn))
            .MinBy(waiter => (waiter.Turn.IsProbe, Held(waiter.Turn.Plugin), Held(waiter.Turn.Holder)));

    private bool IsFree(SendTurn turn)
    {
        var (own, plugins) = (Held(turn.Holder), Held(turn.Plugin));
        return own < perInstallation
            && plugins < PluginsMost
            && (!turn.IsProbe || _probes < ProbesMost)
            && (_held < Open || own == 0)
            && (_held < Shared || plugins == 0);
    }

    private int Held(string holder) => _byHolder.GetValueOrDefault(holder);

    private int Held(PluginId plugin) => _byPlugin.GetValueOrDefault(plugin);

    private void Count(SendTurn turn, int by)
    {
        _held += by;
        _probes += turn.IsProbe ? by : 0;
        Count(_byHolder, turn.Holder, by);
        Count(_byPlugin, turn.Plugin, by);
    }

    private static void Count<T>(Dictionary<T, int> counts, T key, int by)
        where T : notnull
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);
        count += by;
        if (count == 0)
        {
            counts.Remove(key);
        }
    }
}

/// <summary>A request waiting for a slot.</summary>
internal sealed class Waiter(SendTurn turn)
{
    private readonly TaskCompletionSource _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SendTurn Turn => turn;

    /// <summary>Completes with the slot, or is cancelled.</summary>
    public Task Admitted => _admitted.Task;

    /// <returns>False if it has already given up.</returns>
    public bool Admit() => _admitted.TrySetResult();

    /// <returns>False if it already has its slot.</returns>
    public bool Cancel(CancellationToken cancellationToken) => _admitted.TrySetCanceled(cancellationToken);
}
