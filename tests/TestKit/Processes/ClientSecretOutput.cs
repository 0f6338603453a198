using System.Text.RegularExpressions;

namespace Marketplace.TestKit.Processes;

/// <summary>Finds the secret that <c>admin create-client</c> and <c>admin rotate-secret</c> print on a line of its own.</summary>
public static partial class ClientSecretOutput
{
    /// <exception cref="InvalidOperationException">There is none; the message carries the output.</exception>
    public static string Of(ProgramResult result) =>
        Secret().Match(result.Output) is { Success: true } found
            ? found.Value
            : throw new InvalidOperationException($"The command ended with {result.ExitCode} and printed no secret:\n{result.Output}");

    [GeneratedRegex("^[A-Za-z0-9_-]{43}$", RegexOptions.Multiline)]
    private static partial Regex Secret();
}
