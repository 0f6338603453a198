namespace Marketplace.Api.Identity;

/// <summary>The four roles a client can have; the same words are the <c>role</c> claim and the names of the policies.</summary>
public static class ClientRoles
{
    public const string Platform = "platform";
    public const string SellerCenter = "seller-center";
    public const string Operator = "operator";
    public const string Plugin = "plugin";

    public static bool IsKnown(string? role) => role is Platform or SellerCenter or Operator or Plugin;
}
