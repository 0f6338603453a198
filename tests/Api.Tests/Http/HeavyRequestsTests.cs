using Marketplace.Api.Http;

namespace Marketplace.Api.Tests.Http;

/// <summary>Heavy requests have places: so many for one caller, so many in all; who finds none is told when to come again.</summary>
public sealed class HeavyRequestsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 6, 5, 0, TimeSpan.Zero);

    private readonly HeavyRequests _requests = new();

    public static TheoryData<string> Kinds => [.. Enum.GetNames<HeavyKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_caller_takes_its_own_places_and_no_more(string name)
    {
        var kind = Enum.Parse<HeavyKind>(name);
        var held = Enumerable.Range(0, HeavyRequests.LimitsOf(kind).OfCaller).Select(_ => _requests.Enter(kind, "one", Now)).ToArray();

        Assert.All(held, place => Assert.True(place.Succeeded));
        var refused = _requests.Enter(kind, "one", Now).Refusal!;
        Assert.Equal(Now + HeavyRequests.RetryAfter, refused.RetryAt);
        if (HeavyRequests.LimitsOf(kind).InAll > held.Length)
        {
            Assert.Equal("too-many-at-once", refused.Code);
            Assert.True(_requests.Enter(kind, "two", Now).Succeeded);
        }

        held[0].Value!.Dispose();
        Assert.True(_requests.Enter(kind, "one", Now).Succeeded);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void All_callers_together_take_the_places_there_are(string name)
    {
        var kind = Enum.Parse<HeavyKind>(name);
        var held = Enumerable.Range(0, HeavyRequests.LimitsOf(kind).InAll).Select(n => _requests.Enter(kind, $"caller-{n}", Now)).ToArray();

        Assert.All(held, place => Assert.True(place.Succeeded));
        var refused = _requests.Enter(kind, "one-more", Now).Refusal!;
        Assert.Equal(("overloaded", Now + HeavyRequests.RetryAfter), (refused.Code, refused.RetryAt!.Value));

        // Who was refused for want of a common place holds none of its own.
        held[0].Value!.Dispose();
        Assert.True(_requests.Enter(kind, "one-more", Now).Succeeded);
    }

    public void Dispose() => _requests.Dispose();
}
