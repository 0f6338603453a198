namespace Marketplace.Api.Reference;

/// <summary>Descriptions of path parameters; a name has the same meaning in every path.</summary>
internal static class PathParameters
{
    public static string Describe(string? name) =>
        name switch
        {
            "seller" => "The seller's id.",
            "plugin" => "The plugin's id.",
            "developer" => "The developer's id.",
            "user" => "The person's id at the issuer that signs it in.",
            "hash" => "The version: SHA-256 of its canonical manifest, hexadecimal.",
            "licence" => "The enterprise's unified social credit code.",
            "account" => "The sub-account's id.",
            "kind" => "The document: `licence`, `identity-front` or `identity-back`.",
            "month" => "A month, `yyyy-MM`.",
            "version" => "A schema version, `yyyy-MM`.",
            "claim" => "The claim's id.",
            "dispute" => "The dispute's id.",
            "addOn" => "The add-on's id within the plugin.",
            "client" => "The client's id.",
            "number" => "The action's number in the register.",
            "policy" => "The policy: access-specification, service-agreement or pricing-policy.",
            "hold" => "The hold's id.",
            "rest" => "The path at the upstream service.",
            _ => "The id of what is meant.",
        };
}
