using System.Globalization;
using System.Text.Json;
using Marketplace.Benchmarks.Load;

namespace Marketplace.Benchmarks.Targets;

/// <summary>The requests of sellers for the benchmark of the control plane, each with what it needs made before.</summary>
internal sealed class SellerCalls(MarketplaceTarget target, string plugin)
{
    private readonly HashSet<int> _paused = [];
    private int _sellers;
    private int _keys;

    /// <summary>First consents of <paramref name="count"/> new sellers, who have enabled the plugin and not yet consented.</summary>
    public async Task<IReadOnlyList<Call>> Consents(int count, CancellationToken cancellationToken)
    {
        var sellers = Enumerable.Range(_sellers, count).Select(index => $"bench-consent-{index}").ToArray();
        _sellers += count;
        var center = await target.Client.SellerCenterToken(cancellationToken);
        await target.Client.CallOnce(sellers.Select(seller => Enable(seller, center)), cancellationToken);
        var consent = await Consent(sellers[0], center, cancellationToken);
        var calls = new Call[count];
        await Parallel.ForAsync(0, count, cancellationToken, async (index, token) =>
            calls[index] = Command(sellers[index], "consent", await target.Client.OwnerToken(sellers[index], token)) with { Body = consent }
        );
        return calls;
    }

    /// <summary>
    /// <paramref name="count"/> commands on the first installations in turn: a pause of each that runs, a resume of each that does not.
    /// </summary>
    public async Task<IReadOnlyList<Call>> Pauses(int count, int installations, CancellationToken cancellationToken)
    {
        var center = await target.Client.SellerCenterToken(cancellationToken);
        return [.. Enumerable.Range(0, count).Select(number => Toggle(number % installations, center))];
    }

    /// <summary>Resumes of all that the pauses left paused.</summary>
    public async Task<IReadOnlyList<Call>> Resumes(CancellationToken cancellationToken)
    {
        var center = await target.Client.SellerCenterToken(cancellationToken);
        return [.. _paused.ToArray().Select(index => Toggle(index, center))];
    }

    /// <summary>A diagnosis of each of the first installations.</summary>
    public async Task<IReadOnlyList<Call>> Diagnoses(int installations, CancellationToken cancellationToken)
    {
        var center = await target.Client.SellerCenterToken(cancellationToken);
        return
        [
            .. Enumerable.Range(0, installations).Select(index => new Call(PathOf(MarketplaceClient.Seller(index), "diagnosis"), center)),
        ];
    }

    /// <summary>The bill of the running month, of the marketplace's clock, for the seller with this index.</summary>
    public async Task<Call> Bill(int index, CancellationToken cancellationToken)
    {
        var month = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var path = $"/seller/v1/bills/{month}?seller={MarketplaceClient.Seller(index)}&plugin={plugin}";
        return new Call(path, await target.Client.SellerCenterToken(cancellationToken));
    }

    private async Task<string> Consent(string seller, string token, CancellationToken cancellationToken)
    {
        using var document = await target.Client.Send(new Call(PathOf(seller, "consent"), token), cancellationToken);
        var agreement = document.RootElement.GetProperty("agreement");
        return JsonSerializer.Serialize(
            new
            {
                agreement = new { version = agreement.GetProperty("version"), hash = agreement.GetProperty("hash") },
                scopes = document.RootElement.GetProperty("required").EnumerateArray().Select(scope => scope.GetProperty("scope")),
            }
        );
    }

    private Call Enable(string seller, string token) =>
        new("/seller/v1/installations", token)
        {
            Method = "POST",
            Key = NextKey(),
            Body = JsonSerializer.Serialize(new { seller, plugin }),
        };

    private Call Toggle(int index, string token)
    {
        var resumes = _paused.Remove(index);
        if (!resumes)
        {
            _paused.Add(index);
        }

        return Command(MarketplaceClient.Seller(index), resumes ? "resume" : "pause", token);
    }

    private Call Command(string seller, string command, string token) =>
        new(PathOf(seller, command), token)
        {
            Method = "POST",
            Key = NextKey(),
            Body = "{}",
        };

    private string PathOf(string seller, string what) => $"/seller/v1/installations/{seller}/{plugin}/{what}";

    private string NextKey() => string.Create(CultureInfo.InvariantCulture, $"bench-control-{Interlocked.Increment(ref _keys)}");
}
