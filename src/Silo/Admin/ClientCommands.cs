using System.Globalization;
using Marketplace.Identity;
using Marketplace.Identity.Clients;
using Marketplace.Silo.Start;
using Marketplace.Storage;

namespace Marketplace.Silo.Admin;

/// <summary>
/// Creates, lists, changes and revokes OAuth clients in the identity store of a stopped or running server. A secret goes to standard output
/// alone, everything else to standard error, so that scripts can take it. The next server, or the running one within minutes, records the
/// change in the journal.
/// </summary>
internal static class ClientCommands
{
    private const string Id = "id";
    private const string Role = "role";
    private const string Plugin = "plugin";
    private const string RedirectUri = "redirect-uri";
    private const string OverlapHours = "overlap-hours";
    private const int PageSize = 100;

    /// <summary>The options of each command.</summary>
    public static IReadOnlyDictionary<string, string[]> Options { get; } =
        new Dictionary<string, string[]>
        {
            ["create-client"] = [Id, Role, Plugin, RedirectUri],
            ["list-clients"] = [Role],
            ["rotate-secret"] = [Id, OverlapHours],
            ["revoke-client"] = [Id],
        };

    /// <exception cref="StartRefusedException">An option is missing or wrong, or the store refuses the change.</exception>
    public static async Task Run(string command, CommandOptions options, StorageOptions storage, IConfiguration configuration)
    {
        if (storage.Provider == StorageProvider.Sqlite)
        {
            DataFolderAccess.Protect(storage.DataFolder);
        }

        await using var services = Services(storage, configuration);
        var clients = services.GetRequiredService<IClientAdministration>();
        await (
            command switch
            {
                "create-client" => Create(clients, options),
                "list-clients" => List(clients, options),
                "rotate-secret" => RotateSecret(clients, options),
                "revoke-client" => Revoke(clients, options),
                _ => throw new ArgumentOutOfRangeException(nameof(command), command, "No such command."),
            }
        );
    }

    private static async Task Create(IClientAdministration clients, CommandOptions options)
    {
        var client = new NewClient(
            options.Required(Id),
            options.Required(Role),
            options.Optional(Plugin),
            [.. options.All(RedirectUri).Select(Address)]
        );
        if (!ClientRoles.IsClient(client.Role))
        {
            throw new StartRefusedException($"--{Role} is '{client.Role}'; a client can be {string.Join(", ", ClientRoles.OfClients)}.");
        }

        var secret = ValueOf(await clients.Create(client, ClientChanger.Command, CancellationToken.None));
        await Print(secret, $"The client {client.Id} (role {client.Role}) was created.");
    }

    private static async Task RotateSecret(IClientAdministration clients, CommandOptions options)
    {
        var text = options.Optional(OverlapHours) ?? "0";
        var most = (int)ManagedClient.MaxOverlap.TotalHours;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours > most)
        {
            throw new StartRefusedException($"--{OverlapHours} is '{text}'; allowed is a whole number from 0 to {most}.");
        }

        var id = options.Required(Id);
        var secret = ValueOf(await clients.RotateSecret(id, TimeSpan.FromHours(hours), ClientChanger.Command, CancellationToken.None));
        await Print(
            secret,
            hours == 0
                ? $"The client {id} has a new secret; no earlier one works any more."
                : $"The client {id} has a new secret; the one before works for {hours} h."
        );
    }

    private static async Task Revoke(IClientAdministration clients, CommandOptions options)
    {
        var client = ValueOf(await clients.Revoke(options.Required(Id), ClientChanger.Command, CancellationToken.None));
        await Console.Error.WriteLineAsync(
            $"The client {client.Id} was revoked. A running server ends its sessions and tokens within minutes "
                + "(Marketplace:Identity:MaintenanceInterval); POST /platform/v1/clients/{client}/revoke ends them at once."
        );
    }

    private static async Task List(IClientAdministration clients, CommandOptions options)
    {
        Console.WriteLine("id\trole\tplugin\tcreated\tsecret rotated\trevoked");
        string? after = null;
        do
        {
            var page = await clients.List(options.Optional(Role), after, PageSize, CancellationToken.None);
            foreach (var client in page)
            {
                Console.WriteLine(
                    string.Join(
                        '\t',
                        client.Id,
                        client.Role,
                        client.Plugin ?? "-",
                        Text(client.CreatedAt),
                        Text(client.SecretRotatedAt),
                        Text(client.RevokedAt)
                    )
                );
            }

            after = page.Count == PageSize ? page[^1].Id : null;
        } while (after is not null);
    }

    private static string Text(DateTimeOffset? instant) =>
        instant?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    private static async Task Print(string secret, string what)
    {
        await Console.Error.WriteLineAsync(what + " Its secret, which is not kept and shown only now:");
        Console.WriteLine(secret);
    }

    private static T ValueOf<T>(Outcome<T> outcome) =>
        outcome.Refusal is { } refusal ? throw new StartRefusedException($"{refusal.Reason} {refusal.Fix}") : outcome.Value!;

    private static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
            ? address
            : throw new StartRefusedException($"--{RedirectUri} is '{text}', which is no absolute address.");

    private static ServiceProvider Services(StorageOptions storage, IConfiguration configuration) =>
        new ServiceCollection()
            .AddSingleton(configuration)
            .AddLogging()
            .AddMarketplaceIdentity(IdentityStores.Of(storage), configuration)
            .BuildServiceProvider();
}
