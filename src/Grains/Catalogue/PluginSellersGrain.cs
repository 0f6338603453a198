using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Sellers;

namespace Marketplace.Grains.Catalogue;

/// <summary>The sellers of one share, in ordinal order.</summary>
[GenerateSerializer, Alias("mp.plugin-sellers-state")]
public sealed class PluginSellers
{
    [Id(0)]
    public List<string> Sellers { get; set; } = [];
}

[GrainType("plugin-sellers")]
internal sealed class PluginSellersGrain([PersistentState("plugin-sellers")] IPersistentState<PluginSellers> state)
    : Grain,
        IPluginSellersGrain
{
    private const int PageSize = 200;

    private List<string> Sellers => state.State.Sellers;

    public async Task Add(SellerId seller)
    {
        var place = Sellers.BinarySearch(seller.Value, StringComparer.Ordinal);
        if (place >= 0)
        {
            return;
        }

        Sellers.Insert(~place, seller.Value);
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception e)
        {
            // What is in memory is not what is written: the next call must read it again.
            DeactivateOnIdle();
            throw new StoreUnavailableException($"{seller} could not be noted among the plugin's sellers; repeat the command.", e);
        }
    }

    public Task<ImmutableArray<SellerId>> ReadPage(SellerId? after)
    {
        var place = after is { } last ? Sellers.BinarySearch(last.Value, StringComparer.Ordinal) : -1;
        var first = place >= 0 ? place + 1 : ~place;
        return Task.FromResult(Sellers.Skip(first).Take(PageSize).Select(seller => SellerId.Parse(seller, null)).ToImmutableArray());
    }
}
