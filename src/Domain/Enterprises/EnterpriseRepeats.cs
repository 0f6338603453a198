using Marketplace.Audit;

namespace Marketplace.Enterprises;

/// <summary>Tells a repeated command from another one under the same operation id.</summary>
public static class EnterpriseRepeats
{
    /// <summary>True if the command may have led to the event, by what the command itself says.</summary>
    public static bool LedTo(this EnterpriseCommand command, EnterpriseEvent @event) => (command, @event) switch
    {
        (EnterpriseCommand.AddShop c, EnterpriseEvent.ShopAdded e) => c.Seller.Value == e.Seller,
        (EnterpriseCommand.RemoveShop c, EnterpriseEvent.ShopRemoved e) => c.Seller.Value == e.Seller,
        // A repeated upload is encrypted anew, so its file has another name and hash.
        (EnterpriseCommand.AddDocument c, EnterpriseEvent.DocumentAdded e) => (c.Seller.Value, c.Kind.Text()) == (e.Seller, e.Document) && Same(c.File, e.File),
        (EnterpriseCommand.ReplaceFile c, EnterpriseEvent.FileReplaced e) => c.File == e.File,
        (EnterpriseCommand.Submit c, EnterpriseEvent.Submitted e) => c.Seller.Value == e.Seller,
        (EnterpriseCommand.Claim, EnterpriseEvent.Claimed) => true,
        (EnterpriseCommand.Release, EnterpriseEvent.ClaimEnded e) => !e.Expired,
        (EnterpriseCommand.Ask c, EnterpriseEvent.InfoRequested e) => c.Question == e.Question,
        (EnterpriseCommand.Approve c, EnterpriseEvent.Approved e) => c.ValidUntil == e.ValidUntil,
        (EnterpriseCommand.Reject c, EnterpriseEvent.Rejected e) => c.Reason == e.Reason,
        (EnterpriseCommand.Revoke c, EnterpriseEvent.Revoked e) => c.Reason == e.Reason,
        (EnterpriseCommand.ApproveShop c, EnterpriseEvent.ShopApproved e) => c.Seller.Value == e.Seller,
        (EnterpriseCommand.RejectShop c, EnterpriseEvent.ShopRejected e) => (c.Seller.Value, c.Reason) == (e.Seller, e.Reason),
        (EnterpriseCommand.ViewDocument c, EnterpriseEvent.DocumentViewed e) => c.Kind.Text() == e.Document && (c.Seller is null || c.Seller.Value.Value == e.Seller),
        (EnterpriseCommand.KeepTime, _) => true,
        (_, EnterpriseEvent.NothingChanged e) => e == command.Nothing(),
        _ => SubAccounts(command, @event),
    };

    /// <summary>What is kept of a command that found everything as it wants it.</summary>
    public static EnterpriseEvent.NothingChanged Nothing(this EnterpriseCommand command) => new(command switch
    {
        EnterpriseCommand.AddShop c => CommandDigest.Of("add-shop", c.Seller.Value),
        EnterpriseCommand.RemoveShop c => CommandDigest.Of("remove-shop", c.Seller.Value),
        EnterpriseCommand.ReplaceFile c => CommandDigest.Of("replace-file", c.Seller.Value, c.Kind.Text(), c.Replaced, c.File.Id),
        EnterpriseCommand.Submit c => CommandDigest.Of("submit", c.Seller.Value),
        EnterpriseCommand.BindAccount c => CommandDigest.Of("bind-account", c.Seller.Value, c.Plugin.Value, c.Account.Value),
        EnterpriseCommand.UnbindAccount c => CommandDigest.Of("unbind-account", c.Seller.Value, c.Plugin.Value, c.Account.Value),
        _ => CommandDigest.Of(command.GetType().Name),
    });

    private static bool SubAccounts(EnterpriseCommand command, EnterpriseEvent @event) => (command, @event) switch
    {
        (EnterpriseCommand.BindAccount c, EnterpriseEvent.AccountBound e) => (c.Seller.Value, c.Plugin.Value, c.Account.Value) == (e.Seller, e.Plugin, e.Account),
        (EnterpriseCommand.UnbindAccount c, EnterpriseEvent.AccountUnbound e) => (c.Seller.Value, c.Plugin.Value, c.Account.Value) == (e.Seller, e.Plugin, e.Account),
        (EnterpriseCommand.Apply c, EnterpriseEvent.ApplicationSubmitted e) => (c.Seller.Value, c.Plugin.Value, c.Wanted, c.Reason) == (e.Seller, e.Plugin, e.Wanted, e.Reason),
        (EnterpriseCommand.ApproveApplication c, EnterpriseEvent.ApplicationApproved e) => (c.Id, c.Cap, c.Until) == (e.Application, e.Cap, e.Until),
        (EnterpriseCommand.RejectApplication c, EnterpriseEvent.ApplicationRejected e) => (c.Id, c.Reason) == (e.Application, e.Reason),
        _ => false,
    };

    private static bool Same(DocumentFile one, DocumentFile other) =>
        (one.MediaType, one.Bytes, one.Width, one.Height) == (other.MediaType, other.Bytes, other.Width, other.Height);
}
