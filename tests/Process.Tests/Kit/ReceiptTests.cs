using Marketplace.TestKit.Client;
using Xunit;

namespace Marketplace.Process.Tests.Kit;

public sealed class ReceiptTests
{
    [Fact]
    public void Reads_a_receipt_with_a_padded_hash()
    {
        var receipt = Receipt.Parse("seq=1001, day=\"2026-11-23\", price=0.020, total=0.020, call=\"00ff\", hash=:qrvM3Q==:");

        Assert.Equal(new Receipt(1001, new DateOnly(2026, 11, 23), 0.020m, 0.020m, "00ff", "qrvM3Q=="), receipt);
    }

    [Fact]
    public void Refuses_a_receipt_without_a_number() =>
        Assert.Throws<FormatException>(() => Receipt.Parse("day=\"2026-11-23\", price=0, total=0, call=\"00ff\", hash=:qrvM3Q==:"));

    [Fact]
    public void Reads_rate_limits_by_policy()
    {
        var limits = RateLimit.Parse("\"daily\";q=20000;w=86400, \"burst\";q=50;w=1", "\"daily\";r=19873;t=35820");

        Assert.Equal(new RateLimit(20_000, TimeSpan.FromDays(1), 19_873, TimeSpan.FromSeconds(35_820)), limits["daily"]);
        Assert.Equal(new RateLimit(50, TimeSpan.FromSeconds(1), null, null), limits["burst"]);
    }
}
