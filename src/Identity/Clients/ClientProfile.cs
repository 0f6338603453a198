using System.Collections.Immutable;
using System.Text.Json;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Clients;

/// <summary>The marketplace's data about a client beyond OAuth; stored in the application's properties.</summary>
internal sealed record ClientProfile(string Role, string? Plugin)
{
    private const string RoleProperty = "role";
    private const string PluginProperty = "plugin";

    /// <summary>Null if the client has no known role.</summary>
    public static async ValueTask<ClientProfile?> Of(
        IOpenIddictApplicationManager applications,
        object application,
        CancellationToken cancellationToken
    )
    {
        var properties = await applications.GetPropertiesAsync(application, cancellationToken);
        var role = Text(properties, RoleProperty);
        return ClientRoles.IsClient(role) ? new ClientProfile(role!, Text(properties, PluginProperty)) : null;
    }

    public void WriteTo(IDictionary<string, JsonElement> properties)
    {
        properties[RoleProperty] = JsonSerializer.SerializeToElement(Role);
        if (Plugin is not null)
        {
            properties[PluginProperty] = JsonSerializer.SerializeToElement(Plugin);
        }
    }

    private static string? Text(ImmutableDictionary<string, JsonElement> properties, string name) =>
        properties.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
