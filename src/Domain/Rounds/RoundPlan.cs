using System.Collections.Immutable;
using Marketplace.Events;

namespace Marketplace.Rounds;

/// <summary>One event of a round's seller.</summary>
/// <param name="At">When it comes, from the start of the round.</param>
/// <param name="Simulated">Its time in the day that the round compresses.</param>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="Subject">Order, waybill or product.</param>
/// <param name="Data">Its data as JSON, a buyer's private fields included.</param>
public sealed record PlannedEvent(TimeSpan At, TimeSpan Simulated, string Type, string Subject, string Data);

/// <summary>How a request differs from what a calm day brings.</summary>
public enum RequestFault
{
    None,

    /// <summary>The same event under the same id once more.</summary>
    Duplicate,

    /// <summary>Long after it came about.</summary>
    Late,

    /// <summary>After a later event of the same order.</summary>
    OutOfOrder,
}

/// <summary>One event sent to the plugin's endpoint.</summary>
/// <param name="At">When, from the start of the round.</param>
/// <param name="Event">Index in <see cref="RoundPlan.Events"/>.</param>
/// <param name="Fault">What is unusual about it.</param>
public sealed record PlannedRequest(TimeSpan At, int Event, RequestFault Fault);

/// <summary>What the plugin is to do with a scope that it declares.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="EventTypes">Accepting one of these events uses it.</param>
/// <param name="Operations">A successful call of one of these uses it.</param>
public sealed record ScopeExpectation(string Scope, ImmutableArray<string> EventTypes, ImmutableArray<string> Operations);

/// <summary>
/// The traffic of a sandbox round (R08): a day of orders with a promotion peak, compressed into the round, with duplicates, late and
/// out-of-order events. Follows from scopes, policy and seed alone, so that a round can be repeated.
/// </summary>
/// <param name="Seed">The seed.</param>
/// <param name="Marks">What marks its buyers.</param>
/// <param name="Events">In the order in which they come.</param>
/// <param name="Requests">In the order in which they are sent; none for a plugin without an endpoint.</param>
/// <param name="Expectations">One for each declared scope, by scope.</param>
public sealed record RoundPlan(
    long Seed,
    CanaryMarks Marks,
    ImmutableArray<PlannedEvent> Events,
    ImmutableArray<PlannedRequest> Requests,
    ImmutableArray<ScopeExpectation> Expectations
)
{
    private const double FaultShare = 0.04;

    /// <param name="subject">The version.</param>
    /// <param name="policy">Size and length of the round.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="operations">Every operation that a plugin can call, with the scopes that it needs.</param>
    public static RoundPlan Of(
        RoundSubject subject,
        RoundPolicy policy,
        long seed,
        IReadOnlyDictionary<string, ImmutableArray<string>> operations
    )
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(operations);
        var numbers = new SeededNumbers(seed);
        var marks = CanaryMarks.Of(numbers);
        ImmutableArray<PlannedEvent> events = [.. new RoundOrders(numbers, marks, policy).Events()];
        var requests = subject.Webhook is null ? [] : RequestsFor(events, [.. subject.Scopes], policy.Duration, numbers);
        return new RoundPlan(seed, marks, events, requests, [.. subject.Scopes.Select(scope => ExpectationOf(scope, operations))]);
    }

    private static ImmutableArray<PlannedRequest> RequestsFor(
        ImmutableArray<PlannedEvent> events,
        ImmutableHashSet<string> scopes,
        TimeSpan duration,
        SeededNumbers numbers
    )
    {
        var requests = new List<PlannedRequest>();
        for (var i = 0; i < events.Length; i++)
        {
            if (scopes.Contains(EventScopes.Of(events[i].Type)))
            {
                requests.AddRange(RequestsFor(events, i, duration, numbers));
            }
        }

        return [.. requests.OrderBy(static request => request.At).ThenBy(static request => request.Event)];
    }

    private static IEnumerable<PlannedRequest> RequestsFor(
        ImmutableArray<PlannedEvent> events,
        int index,
        TimeSpan duration,
        SeededNumbers numbers
    )
    {
        var at = events[index].At;
        var draw = numbers.Fraction();
        var delay = duration * (0.01 + (0.04 * numbers.Fraction()));
        if (draw < FaultShare)
        {
            yield return new PlannedRequest(at, index, RequestFault.None);
            yield return new PlannedRequest(Within(at + delay), index, RequestFault.Duplicate);
        }
        else if (draw < 2 * FaultShare)
        {
            yield return new PlannedRequest(Within(at + (delay * 3)), index, RequestFault.Late);
        }
        else if (draw < 4 * FaultShare && NextOfSubject(events, index) is { } next)
        {
            yield return new PlannedRequest(Within(events[next].At + (duration * 0.005)), index, RequestFault.OutOfOrder);
        }
        else
        {
            yield return new PlannedRequest(at, index, RequestFault.None);
        }

        TimeSpan Within(TimeSpan planned) => planned < duration ? planned : duration;
    }

    private static int? NextOfSubject(ImmutableArray<PlannedEvent> events, int index)
    {
        for (var i = index + 1; i < events.Length; i++)
        {
            if (events[i].Subject == events[index].Subject)
            {
                return i;
            }
        }

        return null;
    }

    private static ScopeExpectation ExpectationOf(string scope, IReadOnlyDictionary<string, ImmutableArray<string>> operations) =>
        new(
            scope,
            [.. RoundOrders.Types.Where(type => EventScopes.Of(type) == scope)],
            [
                .. operations
                    .Where(operation => operation.Value.Contains(scope))
                    .Select(static operation => operation.Key)
                    .Order(StringComparer.Ordinal),
            ]
        );
}
