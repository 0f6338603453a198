using Marketplace.Catalogue;
using Marketplace.Journal;

namespace Marketplace.Grains.Journal;

/// <summary>What a seller is told of a fact, with the plugin's name as the plugin market shows it now.</summary>
internal static class FactTexts
{
    /// <summary>A notification must not wait for a name: without an answer in this time the text shows the plugin's id.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Null if sellers are not told of the fact.</summary>
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
            // Whatever it is, the seller is told; the name is the lesser part of it.
            return null;
        }
    }
}
