using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.TestKit.Client;

/// <summary>A plugin's side of the authorization code flow: one request with its PKCE verifier.</summary>
/// <param name="http">Follows no redirects; not disposed here.</param>
/// <param name="client">The plugin's client.</param>
public sealed class PluginAuthorization(HttpClient http, DemoClient client)
{
    /// <summary>Where the browser is sent back to.</summary>
    public Uri RedirectUri => client.RedirectUri!;

    public string State { get; } = Guid.NewGuid().ToString("N");

    public string Verifier { get; init; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>Path and query of the authorization request.</summary>
    /// <param name="changes">Parameters to set, or to leave out where the value is null.</param>
    public string Address(params (string Name, string? Value)[] changes)
    {
        var parameters = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["client_id"] = client.Id,
            ["redirect_uri"] = client.RedirectUri!.ToString(),
            ["state"] = State,
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
        {
            parameters[name] = value;
        }

        return "/connect/authorize?"
            + string.Join(
                '&',
                parameters.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}")
            );
    }

    public Task<Answer> Redeem(string code, string? verifier = null, string? redirectUri = null) =>
        Token(
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirectUri ?? client.RedirectUri!.ToString()),
            ("code_verifier", verifier ?? Verifier)
        );

    public Task<Answer> Refresh(string refreshToken) => Token(("grant_type", "refresh_token"), ("refresh_token", refreshToken));

    public Task<Answer> Revoke(string token) => Send("/connect/revoke", ("token", token));

    public Task<Answer> Introspect(string token) => Send("/connect/introspect", ("token", token));

    private Task<Answer> Token(params (string Name, string Value)[] fields) => Send("/connect/token", fields);

    private async Task<Answer> Send(string path, params (string Name, string Value)[] fields)
    {
        (string Name, string Value)[] all = [("client_id", client.Id), ("client_secret", client.Secret), .. fields];
        using var form = new FormUrlEncodedContent(all.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), form);
        return await Answer.Read(response);
    }
}
