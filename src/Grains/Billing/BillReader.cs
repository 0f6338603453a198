using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Billing.Proofs;
using Marketplace.Billing.Subscriptions;
using Marketplace.Catalogue;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Billing;

/// <summary>Makes bills from ledger, subscriptions and adjustments; open bills and those to be closed are made the same way.</summary>
internal sealed class BillReader(
    IUsageLedger ledger,
    IGrainFactory grains,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
)
{
    /// <summary>The bill of a month as it is now.</summary>
    /// <param name="seller">The billed seller.</param>
    /// <param name="month">The month's first day.</param>
    /// <param name="account">The seller's account.</param>
    /// <param name="plugin">The only plugin; null for all.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The ledger is unavailable.</exception>
    public async Task<Bill> Read(
        SellerId seller,
        DateOnly month,
        BillingAccount account,
        PluginId? plugin,
        CancellationToken cancellationToken
    )
    {
        var plugins = await grains.GetGrain<ISellerGrain>(GrainKeys.Of(seller)).GetPlugins(cancellationToken);
        var (lines, days) = (new List<BillLine>(), new List<ProofDay>());
        foreach (var billed in plugins.Where(billed => plugin is null || plugin == billed))
        {
            var installation = new InstallationId(seller, billed);
            foreach (var day in await ReadDays(installation, month, SubscriptionRules.EndOfMonth(month), cancellationToken))
            {
                lines.AddRange(Bill.LinesOf(billed, day));
                days.Add(ProofDayOf(installation, day));
            }
        }

        var bill = new Bill(seller, month, lines)
        {
            Subscriptions = await ReadSubscriptions(seller, month, account, cancellationToken),
            Adjustments = account.On(month),
            Days = [.. days],
        };
        return plugin is { } only ? bill.Of(only) : bill;
    }

    /// <summary>Adjustments for calls of a closed month that were settled after its bill had closed; empty if there are none.</summary>
    /// <param name="closed">The bill as it was closed.</param>
    /// <param name="month">The open month on which they are to stand.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<ImmutableArray<Adjustment>> FindLateUsage(Bill closed, DateOnly month, CancellationToken cancellationToken)
    {
        var known = closed.Days.ToDictionary(day => (day.Installation, day.Day));
        var late = ImmutableArray.CreateBuilder<Adjustment>();
        foreach (var billed in await grains.GetGrain<ISellerGrain>(GrainKeys.Of(closed.Seller)).GetPlugins(cancellationToken))
        {
            var installation = new InstallationId(closed.Seller, billed);
            foreach (var day in await ReadDays(installation, closed.Month, SubscriptionRules.EndOfMonth(closed.Month), cancellationToken))
            {
                var before = known.GetValueOrDefault((installation, day.Day));
                var amount = before is null ? day.Amount : day.Amount - before.Amount;
                if (day.Seq != (before?.Rows ?? 0) && amount.Amount != 0)
                {
                    late.Add(LateUsage(closed.Month, month, installation, day.Day, amount));
                }
            }
        }

        return late.ToImmutable();
    }

    /// <summary>The first month in which the seller's plugins have calls; null without any.</summary>
    public async Task<DateOnly?> FindFirstMonth(SellerId seller, CancellationToken cancellationToken)
    {
        DateOnly? first = null;
        foreach (var plugin in await grains.GetGrain<ISellerGrain>(GrainKeys.Of(seller)).GetPlugins(cancellationToken))
        {
            var installation = new InstallationId(seller, plugin);
            var heads = await ledger.ReadDayHeads(installation, DateOnly.MinValue, DateOnly.MaxValue, cancellationToken);
            if (heads.Count > 0 && (first is not { } known || heads[0].Day < known))
            {
                first = heads[0].Day;
            }
        }

        return first is { } day ? BillingMonths.Of(day) : null;
    }

    private async Task<IEnumerable<MeteredDay>> ReadDays(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    )
    {
        var heads = await ledger.ReadDayHeads(installation, from, to, cancellationToken);
        var openings = await ledger.ReadDayOpenings(installation, from, to, cancellationToken);
        // A day opened between the two reads belongs to the next answer.
        return heads.Join(
            openings,
            static head => head.Day,
            static first => first.Day,
            static (head, first) => MeteredDay.From(first, head)
        );
    }

    private async Task<ImmutableArray<SubscriptionLine>> ReadSubscriptions(
        SellerId seller,
        DateOnly month,
        BillingAccount account,
        CancellationToken cancellationToken
    )
    {
        // What has not begun is not billed, however long a subscription goes on.
        if (month > BillingMonths.Of(calendar.DayOf(time.GetUtcNow())))
        {
            return [];
        }

        var lines = ImmutableArray.CreateBuilder<SubscriptionLine>();
        foreach (var listed in account.Subscriptions)
        {
            var (plugin, addOn) = (PluginId.Parse(listed.Split('/')[0], null), listed.Split('/')[1]);
            var key = GrainKeys.Subscription(new InstallationId(seller, plugin), addOn);
            var state = await grains.GetGrain<ISubscriptionGrain>(key).Get(cancellationToken);
            lines.AddRange(SubscriptionCharges.Of(plugin, addOn, state, month));
        }

        return lines.ToImmutable();
    }

    private Adjustment LateUsage(DateOnly closed, DateOnly month, InstallationId installation, DateOnly day, Money amount)
    {
        var text = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new Adjustment(
            $"late-{installation.Plugin}-{text}",
            month,
            AdjustmentKind.LateUsage,
            amount,
            $"Calls of {text} that were settled after the bill of {BillingMonths.Text(closed)} had closed.",
            BillingMonths.Text(closed),
            time.GetUtcNow()
        )
        {
            Plugin = installation.Plugin.Value,
            Corrects = closed,
        };
    }

    private static ProofDay ProofDayOf(InstallationId installation, MeteredDay day) =>
        new(installation, day.Day, day.Seq, day.Calls, Convert.ToHexStringLower(day.Hash.Span), day.Amount);
}
