namespace Marketplace.Schemas.Payloads;

/// <summary>A member that a version adds to an object, or the object itself.</summary>
/// <param name="Name">
/// The object: <c>order</c>, <c>product</c>, <c>tracking</c>, or the data of an event: <c>event:order.created</c>.
/// </param>
/// <param name="Path">
/// The member's path: <c>buyer.region</c>; <c>items[].line</c> in every element, <c>with[]</c> the elements themselves. Empty for the
/// object.
/// </param>
/// <param name="Type">
/// <c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>, <c>date-time</c>, <c>object</c>, <c>array</c>, <c>texts</c> (an object of
/// texts), or the allowed texts joined by <c>|</c>.
/// </param>
/// <param name="Required">True if it is present whenever its parent is.</param>
public sealed record SchemaChange(string Name, string Path, string Type, bool Required = false)
{
    /// <summary>Prefix of an object's name for the data of an event type.</summary>
    public const string EventPrefix = "event:";

    /// <summary>An object; its members are further changes.</summary>
    public static SchemaChange NewObject(string name) => new(name, string.Empty, "object", true);

    /// <summary>The paths of its ancestors, from the outermost.</summary>
    public IEnumerable<string> Holders
    {
        get
        {
            for (var end = Path.IndexOf('.', StringComparison.Ordinal); end >= 0; end = Path.IndexOf('.', end + 1))
            {
                yield return Path[..end].Replace("[]", string.Empty, StringComparison.Ordinal);
            }
        }
    }
}
