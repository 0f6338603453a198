namespace Marketplace;

/// <summary>
/// The store works, but cannot store a value of this command: a text with U+0000 or a lone surrogate, or a key that is too long. Nothing of
/// the command was written; repeating it changes nothing. The message never quotes the value. Derives from Orleans's exceptions for the
/// same reason as <see cref="StoreUnavailableException"/>.
/// </summary>
[GenerateSerializer, Alias("mp.value-refused")]
public sealed class ValueRefusedException : Orleans.Runtime.OrleansException
{
    public ValueRefusedException() { }

    public ValueRefusedException(string message)
        : base(message) { }

    /// <param name="message">The refused input, without the value.</param>
    /// <param name="innerException">The cause; of a database driver's exception only type and message are kept.</param>
    public ValueRefusedException(string message, Exception? innerException)
        : base(message, StoreCauseException.Of(innerException)!) { }
}
