using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using OpenIddict.Server;
using OpenIddict.Validation;

namespace Marketplace.Identity.Signing;

/// <summary>Rebuilds the server's and the validation's options when the keys change, so that rotation needs no restart.</summary>
internal sealed class SigningKeySignals
{
    private readonly Signal<OpenIddictServerOptions> _server = new();
    private readonly Signal<OpenIddictValidationOptions> _validation = new();

    public IOptionsChangeTokenSource<OpenIddictServerOptions> Server => _server;

    public IOptionsChangeTokenSource<OpenIddictValidationOptions> Validation => _validation;

    public void KeysChanged()
    {
        // The order matters: the validation's options are copied from the server's.
        _server.Fire();
        _validation.Fire();
    }

    private sealed class Signal<TOptions> : IOptionsChangeTokenSource<TOptions>
    {
        private ConfigurationReloadToken _token = new();

        public string Name => Options.DefaultName;

        public IChangeToken GetChangeToken() => _token;

        public void Fire() => Interlocked.Exchange(ref _token, new ConfigurationReloadToken()).OnReload();
    }
}
