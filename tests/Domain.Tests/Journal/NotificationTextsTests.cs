using System.Runtime.CompilerServices;
using System.Text;
using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Billing.Statements;
using Marketplace.Billing.Subscriptions;
using Marketplace.Deliveries;
using Marketplace.Diagnostics;
using Marketplace.Enforcement;
using Marketplace.Enterprises;
using Marketplace.Evidence.Claims;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Labels;
using Marketplace.Risk;
using Marketplace.Schemas;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Journal;

/// <summary>What sellers are told of a fact.</summary>
public sealed class NotificationTextsTests
{
    public static TheoryData<string> Kinds { get; } =
    [
        .. Cases<InstallationEvent>().Select(@event => $"installation.{@event.Type}"),
        .. Cases<EnterpriseEvent>().Select(@event => $"enterprise.{@event.Type}"),
        .. Cases<RiskEvent>().Select(@event => $"risk.{@event.Type}"),
        .. Cases<DeliveryFact>().Select(@event => $"delivery.{@event.Type}"),
        .. Cases<LabelFact>().Select(@event => $"label.{@event.Type}"),
        .. Cases<ClaimEvent>().Select(@event => $"claim.{@event.Type}"),
        .. Cases<BillingEvent>().Select(@event => $"billing.{@event.Type}"),
        .. Cases<SubscriptionEvent>().Select(@event => $"subscription.{@event.Type}"),
        $"statement.{Statement.FactType}",
        $"claims.{ClaimListed.FactType}",
        $"plugin.{PriceAnnounced.FactType}",
        $"plugin.{PluginBlocked.FactType}",
        $"plugin.{PluginUnblocked.FactType}",
        $"seller.{PluginAdded.FactType}",
        $"seller.{EnterpriseLinked.FactType}",
        $"diagnosis.{OutcomeReported.FactType}",
        $"schema.{SchemaAnnouncements.FactType}",
        $"usage.{UsageThreshold.QuotaType}",
        $"usage.{UsageThreshold.FreeTierType}",
        $"usage.{UsageThreshold.SpendType}",
        $"notification-settings.{NotificationSettings.FactType}",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_fact_of_a_seller_has_a_text_of_its_own_or_is_left_out_on_purpose(string kind) =>
        Assert.Contains(kind, NotificationTexts.Kinds);

    [Fact]
    public void There_is_no_text_for_a_kind_that_does_not_exist() =>
        Assert.DoesNotContain(NotificationTexts.Kinds, kind =>
            !kind.EndsWith($".{JournalFact.NothingChanged}", StringComparison.Ordinal) && !Kinds.Any(row => row.Data == kind)
        );

    [Fact]
    public void A_text_has_both_languages_and_the_words_of_the_fact()
    {
        var paused = Fact("installation/s-1/label-printer", "paused", """{"reason":"盘点"}""");

        Assert.Equal(
            new BilingualText("插件 label-printer 已暂停：盘点。", "The plugin label-printer was paused: 盘点."),
            NotificationTexts.Of(paused)
        );
        Assert.Equal(
            new BilingualText("插件 label-printer 已暂停。", "The plugin label-printer was paused."),
            NotificationTexts.Of(paused with { Payload = "{\"reason\":null}"u8.ToArray() })
        );
        Assert.Equal(
            ("installation.paused", "s-1/label-printer"),
            (NotificationTexts.KindOf(paused), NotificationTexts.InstallationOf(paused))
        );
    }

    [Theory]
    [InlineData("installation/s-1/label-printer", "paused", "{}", "label-printer", "The plugin 面单打印 Label Printer was paused.")]
    [InlineData(
        "enterprise/L",
        "sub-account-bound",
        """{"account":"amy","plugin":"label-printer"}""",
        "label-printer",
        "The sub-account amy was bound to the plugin 面单打印 Label Printer."
    )]
    public void A_text_calls_the_plugin_by_its_name(string entity, string type, string payload, string plugin, string text)
    {
        var fact = Fact(entity, type, payload);

        Assert.Equal(plugin, NotificationTexts.PluginOf(fact));
        Assert.Equal(text, NotificationTexts.Of(fact, "面单打印 Label Printer")!.En);
    }

    [Fact]
    public void Lists_are_joined_and_what_is_not_worth_telling_is_not_told()
    {
        var granted = Fact("installation/s-1/p", "grants-changed", """{"grants":["orders.read","orders.flag"]}""");

        Assert.EndsWith("现有：读取订单、标记异常订单。", NotificationTexts.Of(granted)!.Zh, StringComparison.Ordinal);
        Assert.EndsWith("now: Read orders, Flag orders.", NotificationTexts.Of(granted)!.En, StringComparison.Ordinal);
        Assert.Null(NotificationTexts.Of(Fact("enterprise/L", "document-viewed", "{}")));
    }

    [Theory]
    [InlineData(
        "true",
        "The prices of the plugin label-printer rise, or its daily limit falls, from 2027-03-01 on;",
        "起涨价或减少每日可调用次数。"
    )]
    [InlineData("false", "The prices of the plugin label-printer fall from 2027-03-01 on;", "起降价。")]
    [InlineData("null", "The prices of the plugin label-printer change from 2027-03-01 on;", "起调整价格。")]
    public void Announced_prices_are_told_with_their_first_day_and_whether_they_rise(string rises, string english, string chinese)
    {
        var fact = Fact("plugin/label-printer", "price-announced", $$"""{"effective_from":"2027-03-01","rises":{{rises}}}""");

        var text = NotificationTexts.Of(fact)!;

        Assert.StartsWith(english, text.En, StringComparison.Ordinal);
        Assert.Contains(chinese, text.Zh, StringComparison.Ordinal);
        Assert.Equal("label-printer", NotificationTexts.ConcernedPlugin(fact)?.Value);
        Assert.Equal("s-1/label-printer", NotificationTexts.InstallationOf(fact, SellerId.Parse("s-1", null)));
        Assert.Equal("/catalogue/v1/plugins/label-printer", NotificationTexts.LinkOf(NotificationTexts.KindOf(fact), "s-1/label-printer"));
        Assert.Null(NotificationTexts.LinkOf("installation.paused", "s-1/label-printer"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("no json")]
    public void A_kind_that_nobody_knows_and_a_payload_that_nobody_can_read_still_make_a_text(string payload)
    {
        Assert.Equal(
            "installation/s-1/p changed: from-the-future.",
            NotificationTexts.Of(Fact("installation/s-1/p", "from-the-future", payload))!.En
        );
        Assert.Equal("The plugin p was paused.", NotificationTexts.Of(Fact("installation/s-1/p", "paused", payload))!.En);
    }

    [Fact]
    public void A_fact_of_an_enterprise_that_names_a_shop_is_for_that_shop_only()
    {
        Assert.Equal("s-7", NotificationTexts.OnlyFor(Fact("enterprise/L", "shop-rejected", """{"seller":"s-7","reason":"x"}"""))?.Value);
        Assert.Null(NotificationTexts.OnlyFor(Fact("enterprise/L", "enterprise-lapsed", """{"valid_until":"2026-11-23"}""")));
    }

    private static IEnumerable<T> Cases<T>() =>
        typeof(T)
            .GetNestedTypes()
            .Where(type => type.IsSubclassOf(typeof(T)))
            .Select(type => (T)RuntimeHelpers.GetUninitializedObject(type));

    private static JournalFact Fact(string entity, string type, string payload) =>
        JournalFact.Following(
            null,
            entity,
            OperationId.Parse("op-1"),
            ActorId.Parse("u-1"),
            DateTimeOffset.UnixEpoch,
            type,
            Encoding.UTF8.GetBytes(payload)
        );
}
