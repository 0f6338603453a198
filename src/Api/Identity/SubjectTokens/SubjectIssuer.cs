using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Api.Identity.SubjectTokens;

/// <summary>Somebody whose subject tokens are taken.</summary>
internal abstract class SubjectIssuer(string name, string audience)
{
    /// <summary>The <c>iss</c> of its tokens.</summary>
    public string Name => name;

    /// <summary>The <c>aud</c> of its tokens.</summary>
    public string Audience => audience;

    /// <exception cref="HttpRequestException">The keys are out of reach and were never read.</exception>
    public abstract Task<IEnumerable<SecurityKey>> Keys(CancellationToken cancellationToken);

    /// <summary>A token named a key that is not known: it may be new.</summary>
    public virtual void Refresh()
    {
    }

    public static SubjectIssuer Of(SubjectIssuerOptions options, bool allowHttp) => options.JwksUri is { } address
        ? new Published(options.Issuer, options.Audience, address, allowHttp)
        : new Fixed(options.Issuer, options.Audience, new JsonWebKeySet(options.Jwks));

    private sealed class Fixed(string name, string audience, JsonWebKeySet keys) : SubjectIssuer(name, audience)
    {
        private readonly IList<SecurityKey> _keys = keys.GetSigningKeys();

        public override Task<IEnumerable<SecurityKey>> Keys(CancellationToken cancellationToken) => Task.FromResult<IEnumerable<SecurityKey>>(_keys);
    }

    private sealed class Published(string name, string audience, Uri address, bool allowHttp) : SubjectIssuer(name, audience)
    {
        private const int LargestKeySet = 256 * 1024;

        private readonly ConfigurationManager<JsonWebKeySet> _manager = new(
            address.AbsoluteUri,
            new KeySetRetriever(),
            new HttpDocumentRetriever(new HttpClient { MaxResponseContentBufferSize = LargestKeySet, Timeout = TimeSpan.FromSeconds(5) })
            {
                RequireHttps = !allowHttp,
            });

        public override async Task<IEnumerable<SecurityKey>> Keys(CancellationToken cancellationToken)
        {
            try
            {
                return (await _manager.GetConfigurationAsync(cancellationToken)).GetSigningKeys();
            }
            catch (Exception failure) when (failure is InvalidOperationException or IOException)
            {
                throw new HttpRequestException($"The keys of {Name} cannot be read.", failure);
            }
        }

        public override void Refresh() => _manager.RequestRefresh();
    }

    private sealed class KeySetRetriever : IConfigurationRetriever<JsonWebKeySet>
    {
        public async Task<JsonWebKeySet> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel) =>
            new(await retriever.GetDocumentAsync(address, cancel));
    }
}
