using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Clients;
using Marketplace.Identity.Store;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;

namespace Marketplace.Identity.Clients;

internal sealed class ClientAdministration(
    IdentityDatabase database,
    IServiceScopeFactory scopes,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
) : IClientAdministration
{
    // Two administrators at once are rare; the second of them finds the change of the first when it tries again.
    private const int Attempts = 3;

    public async Task<IReadOnlyList<ManagedClient>> List(string? role, string? afterId, int limit, CancellationToken cancellationToken)
    {
        await database.Initialize(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var rows = Rows(scope).AsNoTracking().Where(row => row.ClientId != null);
        if (role is not null)
        {
            var mark = $"\"role\":\"{role}\"";
            rows = rows.Where(row => row.Properties != null && row.Properties.Contains(mark));
        }

        if (afterId is not null)
        {
#pragma warning disable CA1309 // Compared by the database, as it orders.
            rows = rows.Where(row => string.Compare(row.ClientId, afterId) > 0);
#pragma warning restore CA1309
        }

        return await Views(scope, rows, limit, cancellationToken);
    }

    public async Task<IReadOnlyList<ManagedClient>> ListOfPlugin(PluginId plugin, int limit, CancellationToken cancellationToken)
    {
        await database.Initialize(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var mark = $"\"plugin\":\"{plugin}\"";
        var rows = Rows(scope).AsNoTracking().Where(row => row.ClientId != null && row.Properties != null && row.Properties.Contains(mark));
        return await Views(scope, rows, limit, cancellationToken);
    }

    private async Task<IReadOnlyList<ManagedClient>> Views(
        AsyncServiceScope scope,
        IQueryable<OpenIddictEntityFrameworkCoreApplication> rows,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var page = await rows.OrderBy(row => row.ClientId).Take(limit).ToListAsync(cancellationToken);
        var applications = Applications(scope);
        var clients = new List<ManagedClient>();
        foreach (var row in page)
        {
            clients.Add(await View(applications, row, cancellationToken));
        }

        return clients;
    }

    public async Task<ManagedClient?> Find(string id, CancellationToken cancellationToken)
    {
        await database.Initialize(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var applications = Applications(scope);
        return await applications.FindByClientIdAsync(id, cancellationToken) is { } application
            ? await View(applications, application, cancellationToken)
            : null;
    }

    public async Task<Outcome<string>> Create(NewClient client, ClientChanger by, CancellationToken cancellationToken)
    {
        if (await Refusal(client, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var secret = ClientRegistry.NewSecret();
        var history = Noted(ClientHistory.None with { CreatedAt = time.GetUtcNow() }, ClientChange.Created, by, client.RedirectUris);
        var profile = new ClientProfile(client.Role, client.Plugin);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var descriptor = ClientRules.Describe(client.Id, secret, profile, history, client.RedirectUris);
            await Applications(scope).CreateAsync(descriptor, cancellationToken);
            return secret;
        }
        catch (Exception failure) when (failure is DbUpdateException or OpenIddictExceptions.ValidationException)
        {
            // Another process may have created it in between.
            if (await Find(client.Id, cancellationToken) is not null)
            {
                return ClientRefusals.Exists(client.Id);
            }

            throw;
        }
    }

    public async Task<Outcome<string>> RotateSecret(string id, TimeSpan overlap, ClientChanger by, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(overlap.Ticks, nameof(overlap));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(overlap, ManagedClient.MaxOverlap);
        var secret = ClientRegistry.NewSecret();
        var changed = await Change(
            id,
            (descriptor, history) =>
            {
                var now = time.GetUtcNow();
                var open = history.OpenSecrets(now);
                if (overlap > TimeSpan.Zero && open.Length >= ClientRules.MaxEarlierSecrets)
                {
                    return ClientRefusals.SecretsOpen(ClientRules.MaxEarlierSecrets);
                }

                var before = new EarlierSecret(descriptor.ClientSecret!, now + overlap);
                descriptor.ClientSecret = secret;
                var rotated = history with { SecretRotatedAt = now, EarlierSecrets = overlap > TimeSpan.Zero ? open.Add(before) : [] };
                return Noted(rotated, ClientChange.SecretRotated, by, descriptor.RedirectUris);
            },
            cancellationToken
        );
        return changed.Refusal is { } refusal ? refusal : secret;
    }

    public Task<Outcome<ManagedClient>> SetRedirectUris(
        string id,
        IReadOnlyCollection<Uri> redirectUris,
        ClientChanger by,
        CancellationToken cancellationToken
    ) =>
        Change(
            id,
            (descriptor, history) =>
            {
                if (ClientRules.RedirectProblem(ClientProfile.RoleIn(descriptor.Properties) ?? "unknown", redirectUris) is { } problem)
                {
                    return ClientRefusals.Invalid(problem);
                }

                descriptor.RedirectUris.Clear();
                descriptor.RedirectUris.UnionWith(redirectUris);
                return Noted(history, ClientChange.RedirectUrisSet, by, redirectUris);
            },
            cancellationToken
        );

    public async Task<Outcome<ManagedClient>> Revoke(string id, ClientChanger by, CancellationToken cancellationToken)
    {
        var changed = await Change(
            id,
            (descriptor, history) =>
            {
                // This secret is discarded, and without permissions no endpoint serves the client, the consent page included.
                descriptor.ClientSecret = ClientRegistry.NewSecret();
                descriptor.Permissions.Clear();
                var revoked = history with { RevokedAt = time.GetUtcNow(), EarlierSecrets = [] };
                return Noted(revoked, ClientChange.Revoked, by, descriptor.RedirectUris);
            },
            cancellationToken
        );

        // Revoked before, perhaps a moment ago by another request: a repeat changes nothing.
        return changed.Refusal?.Code == ClientRefusals.ClientRevoked && await Find(id, cancellationToken) is { } revoked
            ? revoked
            : changed;
    }

    private async Task<Refusal?> Refusal(NewClient client, CancellationToken cancellationToken) =>
        !ClientRules.IsId(client.Id)
            ? ClientRefusals.Invalid(
                $"'{client.Id}' cannot be a client's id: 1–{ClientRules.MaxIdLength} characters of A–Z a–z 0–9 . _ -, the first a "
                    + "letter or digit, and not a name of the marketplace itself."
            )
        : ClientRules.Problem(client.Role, client.Plugin, client.RedirectUris) is { } problem ? ClientRefusals.Invalid(problem)
        : await Find(client.Id, cancellationToken) is not null ? ClientRefusals.Exists(client.Id)
        : null;

    /// <summary>Changes a client's row unless it was revoked; starts over when another change came first.</summary>
    private async Task<Outcome<ManagedClient>> Change(
        string id,
        Func<OpenIddictApplicationDescriptor, ClientHistory, Outcome<ClientHistory>> change,
        CancellationToken cancellationToken
    )
    {
        await database.Initialize(cancellationToken);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            await using var scope = scopes.CreateAsyncScope();
            var applications = Applications(scope);
            if (await applications.FindByClientIdAsync(id, cancellationToken) is not { } application)
            {
                return ClientRefusals.NotFound();
            }

            var descriptor = new OpenIddictApplicationDescriptor();
            await applications.PopulateAsync(descriptor, application, cancellationToken);
            var history = ClientHistory.Of(descriptor.Properties);
            if (history.RevokedAt is not null)
            {
                return ClientRefusals.Revoked(id);
            }

            var changed = change(descriptor, history);
            if (changed.Refusal is { } refusal)
            {
                return refusal;
            }

            changed.Value!.WriteTo(descriptor.Properties);
            try
            {
                await applications.UpdateAsync(application, descriptor, cancellationToken);
                return await View(applications, application, cancellationToken);
            }
            catch (OpenIddictExceptions.ConcurrencyException)
            {
                // Read again.
            }
        }

        return ClientRefusals.ChangedMeanwhile();
    }

    /// <summary>The history with a change that the journal has to get.</summary>
    private ClientHistory Noted(ClientHistory history, ClientChange change, ClientChanger by, IEnumerable<Uri> redirectUris)
    {
        ImmutableArray<string> addresses = [.. redirectUris.Select(static address => address.OriginalString)];
        var id = Guid.CreateVersion7().ToString("N");
        return history with
        {
            Unrecorded = history.Unrecorded.Add(new UnrecordedChange(id, change, time.GetUtcNow(), by.Actor.Value, by.Address, addresses)),
        };
    }

    private async Task<ManagedClient> View(
        IOpenIddictApplicationManager applications,
        object application,
        CancellationToken cancellationToken
    )
    {
        var profile = await ClientProfile.Of(applications, application, cancellationToken);
        var history = ClientHistory.Of(await applications.GetPropertiesAsync(application, cancellationToken));
        var open = history.OpenSecrets(time.GetUtcNow());
        return new ManagedClient(
            (await applications.GetClientIdAsync(application, cancellationToken))!,
            profile?.Role ?? "unknown",
            profile?.Plugin,
            await applications.GetRedirectUrisAsync(application, cancellationToken),
            history.CreatedAt,
            history.SecretRotatedAt,
            open.IsEmpty ? null : open.Max(static secret => secret.Until),
            history.RevokedAt
        )
        {
            LastUsedAt = history.LastUsedAt,
        };
    }

    private static DbSet<OpenIddictEntityFrameworkCoreApplication> Rows(AsyncServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<IdentityContext>().Set<OpenIddictEntityFrameworkCoreApplication>();

    private static IOpenIddictApplicationManager Applications(AsyncServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
}
