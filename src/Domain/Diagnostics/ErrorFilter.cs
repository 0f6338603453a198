namespace Marketplace.Diagnostics;

/// <summary>Which errors of an installation a list shows; null members match everything.</summary>
/// <param name="Operation">The operation, exactly.</param>
/// <param name="Code">The problem code, exactly.</param>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.error-filter")]
public sealed record ErrorFilter(
    [property: Id(0)] string? Operation,
    [property: Id(1)] string? Code,
    [property: Id(2)] DateTimeOffset? From,
    [property: Id(3)] DateTimeOffset? To
)
{
    public bool Passes(ErrorEntry error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return (Operation is null || error.Operation == Operation)
            && (Code is null || error.Code == Code)
            && !(error.At < From)
            && !(error.At >= To);
    }
}
