using System.Collections.Immutable;

namespace Marketplace.Enterprises;

/// <summary>Reviews compared with their due times (R44).</summary>
/// <param name="AsOf">When it was counted.</param>
/// <param name="Decided">Reviews decided so far.</param>
/// <param name="InTime">Of these, decided before their due time.</param>
/// <param name="Open">Reviews waiting for a decision.</param>
/// <param name="OpenOverdue">Of these, past their due time.</param>
/// <param name="Months">Decided reviews by the month (Asia/Shanghai) of their decision, oldest first.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.review-report")]
public sealed record ReviewReport(
    [property: Id(0)] DateTimeOffset AsOf,
    [property: Id(1)] int Decided,
    [property: Id(2)] int InTime,
    [property: Id(3)] int Open,
    [property: Id(4)] int OpenOverdue,
    [property: Id(5)] ImmutableArray<ReviewMonth> Months
)
{
    /// <summary>All reviews past their due time, decided or not.</summary>
    public int Breaches => Decided - InTime + OpenOverdue;
}

/// <summary>One month of decided reviews.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Decided">Decided in it.</param>
/// <param name="InTime">Of these, before their due time.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.review-month")]
public sealed record ReviewMonth([property: Id(0)] DateOnly Month, [property: Id(1)] int Decided, [property: Id(2)] int InTime);
