namespace Marketplace.Clients;

/// <summary>The refusals around the administration of clients.</summary>
public static class ClientRefusals
{
    public const string ClientNotFound = "client-not-found";
    public const string ClientExists = "client-exists";
    public const string ClientRevoked = "client-revoked";
    public const string ClientInvalid = "client-invalid";
    public const string ClientChangedMeanwhile = "client-changed-meanwhile";
    public const string ClientSecretsOpen = "client-secrets-open";
    public const string ClientLimit = "client-limit";

    private const string Platform = "platform";

    public static Refusal NotFound() => new(ClientNotFound, "There is no client of that id.", Platform, "List the clients.");

    public static Refusal Exists(string id) =>
        new(
            ClientExists,
            $"The client '{id}' exists already; its secret is shown only once, when it is created.",
            Platform,
            "Choose another id, or give that client a new secret."
        );

    public static Refusal Revoked(string id) =>
        new(ClientRevoked, $"The client '{id}' was revoked, which is final.", Platform, "Create another client.");

    /// <param name="reason">A sentence that names what is wrong and what is expected.</param>
    public static Refusal Invalid(string reason) => new(ClientInvalid, reason, Platform, "Correct what is named and send it again.");

    /// <param name="most">How many earlier secrets may be good at once.</param>
    public static Refusal SecretsOpen(int most) =>
        new(
            ClientSecretsOpen,
            $"{most} earlier secrets of the client are still good, which is the most.",
            Platform,
            "Wait until one has ended (earlier_secrets_until), or give the new secret without an overlap, which ends them all."
        );

    /// <param name="most">How many clients that are not revoked a plugin may have.</param>
    public static Refusal TooMany(int most) =>
        new(ClientLimit, $"The plugin has {most} clients, which is the most.", "developer", "Revoke a client that is no longer used.")
        {
            Counter = "clients",
            Limit = most,
            Used = most,
        };

    public static Refusal ChangedMeanwhile() =>
        new(ClientChangedMeanwhile, "Another request was changing this client at the same time.", Platform, "Repeat the request.");
}
