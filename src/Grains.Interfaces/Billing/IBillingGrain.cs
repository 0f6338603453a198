using Marketplace.Billing.Accounts;
using Marketplace.Billing.Statements;
using Marketplace.Billing.Subscriptions;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Billing;

/// <summary>
/// One seller's account: closes its bills a while after each month, keeps adjustments and disputes; logged. Key:
/// <c>billing/{seller}</c>.
/// </summary>
[GrainInterfaceType("billing"), Alias("mp.grain.billing")]
public interface IBillingGrain : IGrainWithStringKey
{
    /// <summary>
    /// Decides a command and appends its facts; returns after they are durable. A repeat of the operation id gets the first answer.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; repeat with the same operation id.</exception>
    [Alias("execute")]
    Task<Outcome<BillingAnswer>> Execute(BillingCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>
    /// Closes the bill of a month, and every older one that is open; a closed bill is answered as it is. Refused before the month is over
    /// and its calls are settled.
    /// </summary>
    /// <param name="month">The month's first day.</param>
    /// <param name="by">Who asks for it.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The close is unconfirmed; repeat it.</exception>
    [Alias("close"), ResponseTimeout("00:02:00")]
    Task<Outcome<ClosedBill>> Close(DateOnly month, Initiator by, CancellationToken cancellationToken);

    /// <summary>Lists a subscription before its first fact, so that no bill misses it; idempotent.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    [Alias("add-subscription")]
    Task AddSubscription(PluginId plugin, string addOn, Initiator by, CancellationToken cancellationToken);

    /// <summary>The account. Interleaves: it only reads folded state.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<BillingAccount> Get(CancellationToken cancellationToken);
}

/// <summary>The account after a command.</summary>
/// <param name="Account">The account.</param>
/// <param name="Id">The adjustment or dispute that the command is about.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.answer")]
public sealed record BillingAnswer([property: Id(0)] BillingAccount Account, [property: Id(1)] string Id);

/// <summary>The document of one closed bill; logged. Key: <c>statement/{seller}/{yyyy-MM}</c>.</summary>
[GrainInterfaceType("statement"), Alias("mp.grain.statement")]
public interface IStatementGrain : IGrainWithStringKey
{
    /// <summary>Stores the document; returns after it is durable. One that is stored already stays as it is and is answered.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    [Alias("store")]
    Task<Statement> Store(Statement statement, Initiator by, CancellationToken cancellationToken);

    /// <summary>The document; null before the bill is closed.</summary>
    [Alias("read"), AlwaysInterleave]
    Task<Statement?> Read(CancellationToken cancellationToken);
}

/// <summary>One seller's subscription of an add-on; logged. Key: <c>subscription/{seller}/{plugin}/{add-on}</c>.</summary>
[GrainInterfaceType("subscription"), Alias("mp.grain.subscription")]
public interface ISubscriptionGrain : IGrainWithStringKey
{
    /// <summary>Subscribes from today at the plugin's price in force. A repeat of the operation id gets the first answer.</summary>
    /// <param name="monthly">The price that the seller accepted; another one than that in force is refused.</param>
    /// <param name="billedNotBefore">The first day that may be billed; null for no such bound.</param>
    /// <param name="by">Who subscribes.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; repeat with the same operation id.</exception>
    [Alias("subscribe")]
    Task<Outcome<Subscription>> Subscribe(decimal monthly, DateOnly? billedNotBefore, Initiator by, CancellationToken cancellationToken);

    /// <summary>Ends it with the month, or at once. A repeat of the operation id gets the first answer.</summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; repeat with the same operation id.</exception>
    [Alias("cancel")]
    Task<Outcome<Subscription>> Cancel(bool atOnce, string? reason, Initiator by, CancellationToken cancellationToken);

    /// <summary>The subscription. Interleaves: it only reads folded state.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<Subscription> Get(CancellationToken cancellationToken);
}
