using Marketplace.Diagnostics;
using Marketplace.Quotas;
using Marketplace.Risk;
using Xunit;

namespace Marketplace.Domain.Tests.Diagnostics;

public sealed class ErrorTextsTests
{
    public static TheoryData<string> Codes =>
        [.. QuotaRefusals.OfCalls, QuotaRefusals.KeyReused, QuotaRefusals.KeyInProgress, RiskRefusals.RiskHold, "overloaded", "live-limit"];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_refusal_of_a_call_has_a_sentence_of_its_own(string code) =>
        Assert.NotEqual(ErrorTexts.Of("a code that nobody knows"), ErrorTexts.Of(code));
}
