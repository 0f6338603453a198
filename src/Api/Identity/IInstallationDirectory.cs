namespace Marketplace.Api.Identity;

/// <summary>Tells the authorization server which installations there are.</summary>
public interface IInstallationDirectory
{
    /// <param name="installation">The text form <c>seller/plugin</c>, already well-formed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<bool> Exists(string installation, CancellationToken cancellationToken);
}
