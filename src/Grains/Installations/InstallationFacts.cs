using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Grains.Installations;

/// <summary>The facts of an installation in the journal.</summary>
internal static class InstallationFacts
{
    /// <summary>The installation after a fact.</summary>
    public static Installation Evolve(Installation? state, JournalFact fact) =>
        Installation.Evolve(state, EventOf(fact), fact.At, fact.Actor);

    /// <summary>The event that a fact stores.</summary>
    /// <exception cref="FormatException">The fact is of a later build, or damaged.</exception>
    public static InstallationEvent EventOf(JournalFact fact) => InstallationEvent.Decode(fact.Type, fact.Payload);
}
