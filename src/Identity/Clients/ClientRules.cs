using Marketplace.Catalogue;
using Marketplace.Journal;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Identity.Clients;

/// <summary>What a client may be, and what OAuth lets it do.</summary>
internal static class ClientRules
{
    public const int MaxIdLength = 100;

    /// <summary>How many secrets before the current one may be good at once. Each costs a hash whenever a secret is wrong.</summary>
    public const int MaxEarlierSecrets = 2;
    public const int MaxRedirectUris = 20;

    // Facts of these actors are not a client's.
    private static readonly string[] ReservedIds = [ActorId.Marketplace.Value, ClientChanger.Command.Actor.Value];

    /// <summary>What is wrong with a client to be created; null if nothing is.</summary>
    public static string? Problem(string role, string? plugin, IReadOnlyCollection<Uri> redirectUris) =>
        !ClientRoles.IsClient(role) || role == ClientRoles.Plugin != plugin is not null
            ? $"The role '{role}' and the plugin '{plugin}' do not match."
        : plugin is not null && !PluginId.TryParse(plugin, null, out _) ? $"'{plugin}' is no plugin's id."
        : RedirectProblem(role, redirectUris);

    /// <summary>What is wrong with redirect URIs; null if nothing is.</summary>
    public static string? RedirectProblem(string role, IReadOnlyCollection<Uri> redirectUris) =>
        redirectUris.Count > 0 && role != ClientRoles.Plugin
            ? $"Only a plugin's client can have redirect URIs, not one of the role '{role}'."
        : redirectUris.Count > MaxRedirectUris ? $"A client can have at most {MaxRedirectUris} redirect URIs."
        : redirectUris.FirstOrDefault(static address => !IsRedirectUri(address)) is { } wrong
            ? $"'{wrong}' is no address to come back to: https, or http on loopback, without a fragment."
        : null;

    /// <summary>True for the id of a client that an administrator may create.</summary>
    public static bool IsId(string? id) =>
        id is { Length: > 0 and <= MaxIdLength }
        && char.IsAsciiLetterOrDigit(id[0])
        && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
        && !ReservedIds.Contains(id, StringComparer.OrdinalIgnoreCase);

    /// <summary>A new confidential client.</summary>
    public static OpenIddictApplicationDescriptor Describe(
        string id,
        string secret,
        ClientProfile profile,
        ClientHistory history,
        IReadOnlyCollection<Uri>? redirectUris
    )
    {
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = id,
            ClientSecret = secret,
            ClientType = ClientTypes.Confidential,
            DisplayName = id,
        };
        profile.WriteTo(descriptor.Properties);
        history.WriteTo(descriptor.Properties);
        Complete(descriptor, profile, redirectUris);
        return descriptor;
    }

    /// <summary>Gives a client the permissions of its role and the given redirect URIs.</summary>
    /// <returns>True if something was changed.</returns>
    public static bool Complete(OpenIddictApplicationDescriptor descriptor, ClientProfile profile, IReadOnlyCollection<Uri>? redirectUris)
    {
        var before = descriptor.Permissions.Count;
        descriptor.Permissions.UnionWith(PermissionsOf(profile.Role));
        var changed = descriptor.Permissions.Count > before;
        if (redirectUris is not null && !descriptor.RedirectUris.SetEquals(redirectUris))
        {
            descriptor.RedirectUris.Clear();
            descriptor.RedirectUris.UnionWith(redirectUris);
            changed = true;
        }

        return changed;
    }

    private static bool IsRedirectUri(Uri address) =>
        address.IsAbsoluteUri
        && !address.OriginalString.Any(static c => c is '\\' || char.IsWhiteSpace(c))
        && address.Fragment.Length == 0
        && address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    private static string[] PermissionsOf(string role)
    {
        string[] all =
        [
            Permissions.Endpoints.Token,
            Permissions.Endpoints.Introspection,
            Permissions.Endpoints.Revocation,
            Permissions.GrantTypes.ClientCredentials,
        ];
        return role switch
        {
            ClientRoles.SellerCenter => [.. all, Permissions.GrantTypes.TokenExchange],
            ClientRoles.Plugin =>
            [
                .. all,
                Permissions.Endpoints.Authorization,
                Permissions.ResponseTypes.Code,
                Permissions.GrantTypes.AuthorizationCode,
                Permissions.GrantTypes.RefreshToken,
            ],
            _ => all,
        };
    }
}
