using Marketplace.Catalogue;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Enterprises;

/// <summary>A command on an enterprise.</summary>
[GenerateSerializer, Immutable, Alias("mp.enterprises.command")]
public abstract record EnterpriseCommand
{
    private EnterpriseCommand() { }

    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Assigns a shop to the enterprise.</summary>
    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.add-shop")]
    public sealed record AddShop([property: Id(0)] SellerId Seller) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("add-shop", Seller.Value);
    }

    /// <summary>Removes a shop that was never approved.</summary>
    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.remove-shop")]
    public sealed record RemoveShop([property: Id(0)] SellerId Seller) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("remove-shop", Seller.Value);
    }

    /// <summary>Makes a stored ciphertext the shop's document of its kind.</summary>
    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.add-document")]
    public sealed record AddDocument(
        [property: Id(0)] SellerId Seller,
        [property: Id(1)] DocumentKind Kind,
        [property: Id(2)] DocumentFile File
    ) : EnterpriseCommand
    {
        // A repeated upload is encrypted again, so its file has another name and hash: leave them out.
        public override string Fingerprint =>
            CommandFingerprint.Of(
                "add-document",
                Seller.Value,
                Kind.Text(),
                File.MediaType,
                CommandFingerprint.Text(File.Bytes),
                CommandFingerprint.Text(File.Width),
                CommandFingerprint.Text(File.Height)
            );
    }

    /// <summary>Replaces a file by the same picture encrypted under a newer key.</summary>
    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.replace-file")]
    public sealed record ReplaceFile(
        [property: Id(0)] SellerId Seller,
        [property: Id(1)] DocumentKind Kind,
        [property: Id(2)] string Replaced,
        [property: Id(3)] DocumentFile File
    ) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("replace-file", Seller.Value, Kind.Text(), Replaced, File.Id);
    }

    /// <summary>Submits the shop's documents, or the shop, for review; also answers a reviewer's question.</summary>
    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.submit")]
    public sealed record Submit([property: Id(0)] SellerId Seller) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("submit", Seller.Value);
    }

    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.claim")]
    public sealed record Claim : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("claim");
    }

    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.release")]
    public sealed record Release : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("release");
    }

    /// <param name="ValidUntil">Last day (Asia/Shanghai) on which the documents are valid; null or 9999-12-31 for unlimited.</param>
    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.approve")]
    public sealed record Approve([property: Id(0)] DateOnly? ValidUntil) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("approve", CommandFingerprint.Text(ValidUntil ?? DateOnly.MaxValue));
    }

    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.reject")]
    public sealed record Reject([property: Id(0)] string Reason) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reject", Reason);
    }

    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.ask")]
    public sealed record Ask([property: Id(0)] string Question) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("ask", Question);
    }

    /// <summary>Withdraws an approval from all shops.</summary>
    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.revoke")]
    public sealed record Revoke([property: Id(0)] string Reason) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("revoke", Reason);
    }

    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.approve-shop")]
    public sealed record ApproveShop([property: Id(0)] SellerId Seller) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("approve-shop", Seller.Value);
    }

    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.reject-shop")]
    public sealed record RejectShop([property: Id(0)] SellerId Seller, [property: Id(1)] string Reason) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reject-shop", Seller.Value, Reason);
    }

    /// <summary>Records that a reviewer is about to see a document.</summary>
    /// <param name="Seller">The document's seller; null for the shop whose documents are under review or were approved.</param>
    /// <param name="Kind">The kind of document.</param>
    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.view-document")]
    public sealed record ViewDocument([property: Id(0)] SellerId? Seller, [property: Id(1)] DocumentKind Kind) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("view-document", Seller?.Value, Kind.Text());
    }

    /// <summary>Records that the owner of a shop is about to see a document of it.</summary>
    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.view-own-document")]
    public sealed record ViewOwnDocument([property: Id(0)] SellerId Seller, [property: Id(1)] DocumentKind Kind) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("view-own-document", Seller.Value, Kind.Text());
    }

    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.bind-account")]
    public sealed record BindAccount(
        [property: Id(0)] SellerId Seller,
        [property: Id(1)] PluginId Plugin,
        [property: Id(2)] AccountId Account
    ) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("bind-account", Seller.Value, Plugin.Value, Account.Value);
    }

    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.unbind-account")]
    public sealed record UnbindAccount(
        [property: Id(0)] SellerId Seller,
        [property: Id(1)] PluginId Plugin,
        [property: Id(2)] AccountId Account
    ) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("unbind-account", Seller.Value, Plugin.Value, Account.Value);
    }

    /// <summary>Applies for more sub-accounts with 多账号使用申请表, template AE-DOC-2024-008 (R46).</summary>
    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.apply")]
    public sealed record Apply(
        [property: Id(0)] SellerId Seller,
        [property: Id(1)] PluginId Plugin,
        [property: Id(2)] int Wanted,
        [property: Id(3)] string Reason
    ) : EnterpriseCommand
    {
        public override string Fingerprint =>
            CommandFingerprint.Of("apply", Seller.Value, Plugin.Value, CommandFingerprint.Text(Wanted), Reason);
    }

    /// <param name="Id">The application.</param>
    /// <param name="Cap">The cap while it is in force.</param>
    /// <param name="Until">Last day (Asia/Shanghai) on which it is in force.</param>
    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.approve-application")]
    public sealed record ApproveApplication([property: Id(0)] string Id, [property: Id(1)] int Cap, [property: Id(2)] DateOnly Until)
        : EnterpriseCommand
    {
        public override string Fingerprint =>
            CommandFingerprint.Of("approve-application", Id, CommandFingerprint.Text(Cap), CommandFingerprint.Text(Until));
    }

    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.reject-application")]
    public sealed record RejectApplication([property: Id(0)] string Id, [property: Id(1)] string Reason) : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reject-application", Id, Reason);
    }

    /// <summary>Executes everything due by the clock.</summary>
    [GenerateSerializer, Immutable, Alias("mp.enterprises.command.keep-time")]
    public sealed record KeepTime : EnterpriseCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("keep-time");
    }
}
