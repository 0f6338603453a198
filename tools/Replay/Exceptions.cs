namespace Marketplace.Replay;

/// <summary>The tool was called in a way, or with files, it cannot work with. Exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The run cannot go on (the server is gone or refuses a token). Exit code 1.</summary>
internal sealed class ReplayException(string message) : Exception(message);
