using Marketplace.Grains.Journal;

namespace Marketplace.Grains.Ports;

/// <summary>Sends to Seller Center over HTTP. Provided by the host; without it nothing is sent.</summary>
public interface IWebhookSender
{
    /// <summary>False without a configured address: then no webhooks become pending.</summary>
    bool IsConfigured { get; }

    /// <summary>Pauses after the first, second … failed attempt. After the last one the message becomes a dead letter.</summary>
    IReadOnlyList<TimeSpan> Pauses { get; }

    /// <summary>Sends one message; returns after the receiver has accepted it.</summary>
    /// <exception cref="AuditFailureException">The receiver did not accept it; the message describes the failure for operators.</exception>
    Task Send(WebhookMessage message, CancellationToken cancellationToken);
}

/// <summary>A message of a webhook.</summary>
/// <param name="Id">The same in every attempt, so that the receiver can recognize repeats.</param>
/// <param name="Body">UTF-8 JSON.</param>
public sealed record WebhookMessage(string Id, ReadOnlyMemory<byte> Body);

/// <summary>For a host without a webhook.</summary>
internal sealed class NoWebhook : IWebhookSender
{
    public bool IsConfigured => false;

    public IReadOnlyList<TimeSpan> Pauses => [];

    public Task Send(WebhookMessage message, CancellationToken cancellationToken) =>
        throw new AuditFailureException("no webhook is configured");
}
