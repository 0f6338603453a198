using System.Collections.Immutable;
using Marketplace.Api.PlatformApi;
using static Marketplace.Api.Reference.AnswerReference;
using static Marketplace.Api.Reference.BodyReference;

namespace Marketplace.Api.Reference;

/// <summary>Operations for developers about the OAuth clients of their plugins.</summary>
internal static class PluginClientReference
{
    private const string Root = "/developer/v1/plugins/{plugin}/clients";
    private const string One = Root + "/{client}";

    private static readonly string[] OfReaders = ["listing-not-found", "role-not-allowed", "developer-not-found"];
    private static readonly string[] OfEngineers = [.. OfReaders, "developer-unverified", "developer-frozen"];
    private static readonly string[] OfOne = ["client-not-found", "client-revoked", "client-changed-meanwhile"];

    public static ImmutableArray<OperationReference> All { get; } =
    [
        new("GET", Root, "pluginClients.list", "List a plugin's OAuth clients, by id.")
        {
            Answers = [Json<ClientListView>()],
            Problems = [.. OfReaders],
        },
        new("POST", Root, "pluginClients.create", "Create an OAuth client of a plugin; its secret is shown once.")
        {
            Description =
                "Not idempotent by a key, because the secret is not kept: after a lost answer the client is in the list, and a new secret "
                + "can be asked for it.",
            Body = OptionalJsonBody<NewPluginClientRequest>(),
            Answers = [Json<ClientSecretView>(StatusCodes.Status201Created)],
            Problems = [.. OfEngineers, "plugin-not-submitted", "client-invalid", "client-limit"],
        },
        new("GET", One, "pluginClients.get", "Get one OAuth client of a plugin.")
        {
            Answers = [Json<ClientView>()],
            Problems = [.. OfReaders, "client-not-found"],
        },
        new("POST", One + "/secret", "pluginClients.rotateSecret", "Give a client a new secret; earlier ones stay good for an overlap.")
        {
            Body = OptionalJsonBody<RotateSecretRequest>(),
            Answers = [Json<ClientSecretView>()],
            Problems = [.. OfEngineers, .. OfOne, "client-secrets-open"],
        },
        new("PUT", One + "/redirect-uris", "pluginClients.setRedirectUris", "Replace the redirect URIs of a client.")
        {
            Body = JsonBody<RedirectUrisRequest>(),
            Answers = [Json<ClientView>()],
            Problems = [.. OfEngineers, .. OfOne, "client-invalid"],
        },
        new("POST", One + "/revoke", "pluginClients.revoke", "Revoke a client for good: its secrets, sessions and tokens are void.")
        {
            Answers = [Json<ClientView>()],
            Problems = [.. OfReaders, "client-not-found", "client-changed-meanwhile"],
        },
    ];
}
