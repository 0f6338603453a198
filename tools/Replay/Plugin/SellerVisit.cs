using System.Globalization;
using System.Text.Json;
using Marketplace.Replay.Billing;
using Marketplace.Replay.Dataset;
using Marketplace.Replay.Http;

namespace Marketplace.Replay.Plugin;

/// <summary>The steps for one seller: enable, bill before, walk, bill after, recount.</summary>
internal sealed class SellerVisit(ApiClient api, SellerCenter center, IDataset dataset, PluginTask task, Func<string, TokenSource> tokenFor)
{
    public async Task<SellerResult> Run(string seller, Action<long> progress, CancellationToken cancellationToken)
    {
        var result = new SellerResult(seller);
        try
        {
            await Run(seller, result, progress, cancellationToken);
        }
        catch (ReplayException error)
        {
            result.Failures.Add($"{seller}: {error.Message}");
        }

        return result;
    }

    private async Task Run(string seller, SellerResult result, Action<long> progress, CancellationToken cancellationToken)
    {
        // A repeated order id is one order; the last row counts, on the server, too.
        var sent = new Dictionary<string, Order>(StringComparer.Ordinal);
        foreach (var order in dataset.OrdersOf(seller))
        {
            sent[order.Id] = order;
        }

        result.Expected = sent.Count;
        await center.Enable(seller, task.Plugin, task.Scopes, cancellationToken);
        using var token = tokenFor($"{seller}/{task.Plugin}");
        var month = MonthOf((await Quota(token, cancellationToken)).Day);
        var before = await BillBefore(seller, month, result, cancellationToken);

        await new PluginActor(api, token, sent, task, result).Walk(progress, cancellationToken);

        if (before is null)
        {
            return;
        }

        // The quota's day is the server's: midnight and the end of the month may pass during the walk.
        var (today, used) = await Quota(token, cancellationToken);
        var after = new List<Bill>();
        foreach (
            var wanted in result
                .Receipts.Select(receipt => MonthOf(receipt.Day))
                .Append(month)
                .Where(m => string.CompareOrdinal(m, month) >= 0)
                .Distinct()
        )
        {
            after.Add(await center.BillOf(seller, task.Plugin, wanted, cancellationToken));
        }

        result.Bill = new BillCheck(task.Plugin, result.Receipts, [before], after).Verdict(result.LostReplies);
        var billed = after
            .SelectMany(bill => bill.Lines)
            .Where(line => line.Plugin == task.Plugin && line.Day == today)
            .Sum(line => line.Calls);
        if (billed != used)
        {
            result.Failures.Add(
                string.Create(CultureInfo.InvariantCulture, $"{seller}: the quota says {used} calls today, the bill {billed}")
            );
        }
    }

    /// <summary>Null, and a recorded failure, without a bill: the orders are worth comparing anyway.</summary>
    private async Task<Bill?> BillBefore(string seller, string month, SellerResult result, CancellationToken cancellationToken)
    {
        try
        {
            return await center.BillOf(seller, task.Plugin, month, cancellationToken);
        }
        catch (ReplayException error)
        {
            result.Failures.Add($"{seller}: {error.Message}");
            return null;
        }
    }

    private static string MonthOf(DateOnly day) => day.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private async Task<(DateOnly Day, int Used)> Quota(TokenSource token, CancellationToken cancellationToken)
    {
        var call = new ApiCall("quota", HttpMethod.Get, new Uri("open/v1/quota", UriKind.Relative)) { RepeatIsHarmless = true };
        var answer = await api.Send(call, token, cancellationToken);
        if (
            answer is { IsSuccess: true, Json: { } json }
            && DateOnly.TryParseExact(OrderComparison.Text(json, "day"), "yyyy-MM-dd", out var day)
            && OrderComparison.Member(OrderComparison.Member(json, "daily"), "used") is { ValueKind: JsonValueKind.Number } used
        )
        {
            return (day, used.GetInt32());
        }

        throw new ReplayException($"the quota was answered {answer.Outcome}: {answer.Detail}");
    }
}
