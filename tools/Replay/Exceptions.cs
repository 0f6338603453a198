namespace Marketplace.Replay;

/// <summary>Invalid usage or unusable files. Exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The run cannot continue (the server is unavailable or refuses a token). Exit code 1.</summary>
internal sealed class ReplayException(string message) : Exception(message);
