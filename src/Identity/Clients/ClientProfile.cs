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
        var role = RoleIn(properties);
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

    /// <summary>The role in an application's properties; null if there is none.</summary>
    public static string? RoleIn(IReadOnlyDictionary<string, JsonElement> properties) => Text(properties, RoleProperty);

    private static string? Text(IReadOnlyDictionary<string, JsonElement> properties, string name) =>
        properties.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
