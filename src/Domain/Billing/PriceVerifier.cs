using Marketplace.Catalogue;
using Marketplace.Journal;
using Marketplace.Rounds;

namespace Marketplace.Billing;

/// <summary>
/// Verifies that each day of the ledger was counted with the price book in force on it, according to the journal's facts about the plugin
/// (R52), and that calls of sandbox rounds cost nothing. Rows and facts may come in any order between the two logs; findings come with
/// <see cref="Complete"/>. A plugin without facts is not judged.
/// </summary>
/// <remarks>Memory: one entry per plugin, day and price book.</remarks>
public sealed class PriceVerifier(Action<Finding> report, MarketCalendar calendar)
{
    private readonly Dictionary<PluginId, List<Registration>> _registered = [];
    private readonly Dictionary<PluginId, PriceSchedule> _announced = [];
    private readonly Dictionary<(PluginId Plugin, DateOnly Day), List<RatedRow>> _used = [];

    /// <summary>Adds a fact; facts of other entities are ignored. Within a plugin they come in order of version.</summary>
    /// <exception cref="FormatException">The fact's payload cannot be read.</exception>
    public void Add(JournalFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (!fact.Entity.StartsWith("plugin/", StringComparison.Ordinal))
        {
            return;
        }

        var plugin = PluginId.Parse(fact.Entity["plugin/".Length..], null);
        switch (fact.Type)
        {
            case PluginProfile.FactType:
                var registered = new Registration(calendar.DayOf(fact.At), PluginProfile.Decode(fact.Payload).Prices);
                RegistrationsOf(plugin).Add(registered);
                _announced.TryAdd(plugin, new PriceSchedule(registered.Book, []));
                break;
            case PriceAnnounced.FactType:
                _announced[plugin] = _announced[plugin].With(PriceAnnounced.Decode(fact.Payload).At(fact.At));
                break;
            default:
                break;
        }
    }

    /// <summary>Adds a row; only the first one of a day says with which prices it was counted.</summary>
    public void Add(RatedRow rated)
    {
        ArgumentNullException.ThrowIfNull(rated);
        if (rated.Row.Opening.IsEmpty)
        {
            return;
        }

        var key = (rated.Row.Installation.Plugin, rated.Row.Day);
        if (!_used.TryGetValue(key, out var used))
        {
            _used[key] = used = [];
        }

        // Those of a sandbox round are judged apart: only theirs cost nothing.
        if (!used.Exists(known => known.Prices.Equals(rated.Prices) && IsOfRound(known) == IsOfRound(rated)))
        {
            used.Add(rated);
        }
    }

    /// <summary>Reports each day that was counted with other prices.</summary>
    public void Complete()
    {
        foreach (
            var ((plugin, day), used) in _used.OrderBy(days => days.Key.Plugin.Value, StringComparer.Ordinal).ThenBy(days => days.Key.Day)
        )
        {
            foreach (var rated in used.Where(rated => !IsRight(rated, plugin, day)))
            {
                report(
                    new Finding(
                        "ledger",
                        rated.Row.Installation.ToString(),
                        day,
                        rated.Row.Seq,
                        "price-differs",
                        IsOfRound(rated)
                            ? "calls of a sandbox round were priced"
                            : $"the day was counted with price book {rated.Prices.Version}, which was not in force on it with these prices"
                    )
                );
            }
        }
    }

    private static bool IsOfRound(RatedRow rated) => SandboxSellers.Contains(rated.Row.Installation.Seller);

    // A version in a sandbox round has no price in force yet, and its calls cost nothing.
    private bool IsRight(RatedRow rated, PluginId plugin, DateOnly day) =>
        IsOfRound(rated) ? SandboxEntitlements.IsFree(rated.Prices) : IsInForce(plugin, day, rated.Prices);

    private bool IsInForce(PluginId plugin, DateOnly day, PriceBook book)
    {
        if (!_registered.TryGetValue(plugin, out var registered))
        {
            return true;
        }

        var announced = _announced[plugin].Announced;
        if (announced.Any(version => version.EffectiveFrom <= day))
        {
            return _announced[plugin].On(day).Equals(book);
        }

        // A registration holds for an installation's next day. It reaches the counters within moments, but midnight may lie between.
        var settled = registered.FindLast(known => known.Day < day.AddDays(-1)) ?? registered[0];
        return settled.Book.Equals(book)
            || registered.Exists(known => known.Day >= day.AddDays(-1) && known.Day <= day && known.Book.Equals(book));
    }

    private List<Registration> RegistrationsOf(PluginId plugin)
    {
        if (!_registered.TryGetValue(plugin, out var registered))
        {
            _registered[plugin] = registered = [];
        }

        return registered;
    }

    private sealed record Registration(DateOnly Day, PriceBook Book);
}
