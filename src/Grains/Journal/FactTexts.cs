using Marketplace.Catalogue;
using Marketplace.Journal;

namespace Marketplace.Grains.Journal;

/// <summary>Notification texts of facts, with the plugin's current name in the plugin market.</summary>
internal static class FactTexts
{
    /// <summary>Time-out for the name, so that notifications are not delayed; afterwards the text shows the plugin's id.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Null if sellers are not notified of the fact.</summary>
    public static async Task<BilingualText?> TextOf(this IGrainFactory grains, JournalFact fact, CancellationToken cancellationToken) =>
        NotificationTexts.Of(fact, await NameOf(grains, NotificationTexts.PluginOf(fact), cancellationToken));

    private static async Task<string?> NameOf(IGrainFactory grains, string? plugin, CancellationToken cancellationToken)
    {
        if (!PluginId.TryParse(plugin, null, out var id))
        {
            return null;
        }

        try
        {
            return (
                await grains.GetGrain<IPluginGrain>(GrainKeys.Of(id)).Get(cancellationToken).WaitAsync(Patience, cancellationToken)
            )?.Name;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever the error, notify the seller; the name matters less.
            return null;
        }
    }
}
