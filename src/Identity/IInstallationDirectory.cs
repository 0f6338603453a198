namespace Marketplace.Identity;

/// <summary>The authorization server's access to installations.</summary>
public interface IInstallationDirectory
{
    /// <summary>When the seller last enabled the plugin, even if it was disabled since; null for an unknown installation.</summary>
    /// <param name="installation">The text form <c>seller/plugin</c>, already well-formed.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask<DateTimeOffset?> LastEnabled(string installation, CancellationToken cancellationToken);
}
