using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Quotas;

/// <summary>C1: a refusal by a counter names it, its limit, what is used, when it starts again and when to come back.</summary>
internal static class Evidence
{
    public static void Check(Refusal refusal, DateTimeOffset now, MeterModel model, long used, decimal spent)
    {
        Assert.All([refusal.Reason, refusal.Fix, refusal.FixBy], Assert.NotEmpty);
        (string, decimal?, decimal?)? expected = refusal.Code switch
        {
            QuotaRefusals.QuotaExceeded => ("daily", model.Book.DailyLimit, used),
            QuotaRefusals.SpendCapReached => ("spend", model.Entitlement.SpendCap, spent),
            QuotaRefusals.AbnormalUsageCode => ("errors", MeterKit.ErrorsPerDay, model.Errors),
            QuotaRefusals.BurstExceeded => ("burst", model.Entitlement.Burst.Capacity, model.Entitlement.Burst.Capacity),
            _ => null,
        };
        if (expected is { } evidence)
        {
            Assert.Equal(evidence, (refusal.Counter!, refusal.Limit, refusal.Used));
            Assert.True(refusal.ResetsAt > now);
            Assert.True(refusal.RetryAt > now);
            Assert.True(refusal.RetryAt <= refusal.ResetsAt || refusal.Code == QuotaRefusals.BurstExceeded);
        }
    }
}
