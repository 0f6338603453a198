using Marketplace.Grains.Journal;

namespace Marketplace.Grains.Ports;

/// <summary>Sends to Seller Center by HTTP. The host brings it; without one nothing is sent.</summary>
public interface IWebhookSender
{
    /// <summary>False where no address is set: then nothing is owed.</summary>
    bool IsConfigured { get; }

    /// <summary>Pauses after the first, second … failed attempt. After the last one it becomes a dead letter.</summary>
    IReadOnlyList<TimeSpan> Pauses { get; }

    /// <summary>Sends one message, and returns after the receiver has taken it.</summary>
    /// <exception cref="AuditFailureException">It did not take it; the message says how, for operators.</exception>
    Task Send(WebhookMessage message, CancellationToken cancellationToken);
}

/// <summary>A message of a webhook.</summary>
/// <param name="Id">The same in every attempt, so that the receiver can tell a repetition.</param>
/// <param name="Body">UTF-8 JSON.</param>
public sealed record WebhookMessage(string Id, ReadOnlyMemory<byte> Body);

/// <summary>A host that sends nothing.</summary>
internal sealed class NoWebhook : IWebhookSender
{
    public bool IsConfigured => false;

    public IReadOnlyList<TimeSpan> Pauses => [];

    public Task Send(WebhookMessage message, CancellationToken cancellationToken) =>
        throw new AuditFailureException("no webhook is configured");
}
