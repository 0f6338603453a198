using Marketplace.Installations;

namespace Marketplace.Deliveries;

/// <summary>Locates delivery grains where they are woken often.</summary>
public static class DeliveryGrains
{
    private static readonly GrainType Type = GrainType.Create("delivery");
    private static readonly GrainInterfaceType Interface = GrainInterfaceType.Create("delivery");

    /// <summary>
    /// The installation's deliveries. Resolving by interface type alone would read that type's attributes by reflection on every call.
    /// </summary>
    public static IDeliveryGrain GetDelivery(this IGrainFactory grains, InstallationId installation) =>
        (IDeliveryGrain)grains.GetGrain(GrainId.Create(Type, GrainKeys.Delivery(installation)), Interface);
}
