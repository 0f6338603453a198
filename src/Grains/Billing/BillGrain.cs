using System.Globalization;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Grains.Billing;

[GrainType("bill")]
internal sealed class BillGrain(IUsageLedger ledger, BillReader bills) : Grain, IBillGrain
{
    private SellerId _seller;
    private DateOnly _month;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var parts = this.GetPrimaryKeyString().Split('/');
        _seller = SellerId.Parse(parts[1], null);
        _month = DateOnly.ParseExact(parts[2], "yyyy-MM", CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    public async Task<Bill> Read(PluginId? plugin, CancellationToken cancellationToken)
    {
        var account = await GrainFactory.GetGrain<IBillingGrain>(GrainKeys.Billing(_seller)).Get(cancellationToken);
        if (account.Find(_month) is not { } closed)
        {
            return await bills.Read(_seller, _month, account, plugin, cancellationToken);
        }

        var key = GrainKeys.Statement(_seller, _month);
        var statement = await GrainFactory.GetGrain<IStatementGrain>(key).Read(cancellationToken)
            ?? throw new InvalidOperationException($"The bill of {_seller} for {_month:yyyy-MM} is closed and has no statement.");
        var bill = statement.ToBill() with { Closed = closed };
        return plugin is { } only ? bill.Of(only) : bill;
    }

    public async Task<BilledCalls> ReadCalls(CallQuery query, CancellationToken cancellationToken)
    {
        var installation = new InstallationId(_seller, query.Plugin);
        var calls = new List<BilledCall>();
        PriceBook? prices = null;
        await foreach (var row in ledger.ReadDay(installation, query.Day, keyedOnly: false, cancellationToken))
        {
            prices ??= DayOpening.Decode(row.Opening).Prices;
            if (row.Cumulative > query.After)
            {
                calls.AddRange(CallsOf(row, prices).Where(call => Matches(call, query)));
            }

            if (calls.Count > query.Limit)
            {
                return new BilledCalls(calls[..query.Limit], true);
            }
        }

        return new BilledCalls(calls, false);
    }

    private static bool Matches(BilledCall call, CallQuery query) =>
        call.Number > query.After
        && (query.Operation is null || query.Operation == call.Operation.Value)
        && (query.Tier is null || query.Tier == call.Tier);

    private static IEnumerable<BilledCall> CallsOf(UsageRow row, PriceBook prices) =>
        UsageBody
            .Decode(row.Body, row.Count)
            .Entries.Select(
                (entry, index) =>
                {
                    var number = row.First + index;
                    var tier = prices.TierOf(number);
                    return new BilledCall(
                        number,
                        entry.CallId,
                        entry.Operation,
                        entry.At,
                        entry.Status,
                        prices.TierName(tier),
                        prices.Tiers[tier].UnitPrice
                    );
                }
            );
}
