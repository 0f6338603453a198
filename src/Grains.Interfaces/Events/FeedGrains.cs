using Marketplace.Sellers;

namespace Marketplace.Events;

/// <summary>Locates feed grains on the call path.</summary>
public static class FeedGrains
{
    private static readonly GrainType Type = GrainType.Create("feed");
    private static readonly GrainInterfaceType Interface = GrainInterfaceType.Create("feed");

    /// <summary>
    /// The seller's feed. Resolving by interface type alone would read that type's attributes by reflection on every call.
    /// </summary>
    public static IFeedGrain GetFeed(this IGrainFactory grains, SellerId seller) =>
        (IFeedGrain)grains.GetGrain(GrainId.Create(Type, GrainKeys.Feed(seller)), Interface);
}
