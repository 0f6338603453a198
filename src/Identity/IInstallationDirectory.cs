namespace Marketplace.Identity;

/// <summary>Tells the authorization server which installations there are.</summary>
public interface IInstallationDirectory
{
    /// <summary>When the seller enabled the plugin last, whether or not that lasts; null if there is no such installation.</summary>
    /// <param name="installation">The text form <c>seller/plugin</c>, already well-formed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<DateTimeOffset?> LastEnabled(string installation, CancellationToken cancellationToken);
}
