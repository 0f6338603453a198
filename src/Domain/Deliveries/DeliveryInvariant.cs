using System.Runtime.CompilerServices;

namespace Marketplace.Deliveries;

/// <summary>What the code of deliveries relies on. A broken one ends the activation before anything wrong is sent or written.</summary>
public static class DeliveryInvariant
{
    /// <exception cref="InvalidOperationException">It does not hold.</exception>
    public static void Require(bool holds, [CallerArgumentExpression(nameof(holds))] string? condition = null)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"A delivery invariant is broken: {condition}.");
        }
    }
}
