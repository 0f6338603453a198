namespace Marketplace;

/// <summary>
/// The store works, but cannot keep a value of this command: a text with U+0000 or with half of a surrogate pair, or a key that is too
/// long. Nothing of the command was written; repeating it changes nothing. The message never quotes the value. It derives from Orleans's
/// own exceptions for the same reason as <see cref="StoreUnavailableException"/>.
/// </summary>
[GenerateSerializer, Alias("mp.value-refused")]
public sealed class ValueRefusedException : Orleans.Runtime.OrleansException
{
    public ValueRefusedException() { }

    public ValueRefusedException(string message)
        : base(message) { }

    /// <param name="message">What was refused, without the value.</param>
    /// <param name="innerException">The cause; of a database driver's the type and the message are kept.</param>
    public ValueRefusedException(string message, Exception? innerException)
        : base(message, StoreCauseException.Of(innerException)!) { }
}
