namespace Marketplace.Catalogue;

/// <summary>Risk of a scope and of the operations it opens (R07): read or write, on ordinary or on sensitive data.</summary>
public enum RiskLevel
{
    /// <summary>Reads ordinary data.</summary>
    R1,

    /// <summary>Reads sensitive data.</summary>
    R2,

    /// <summary>Writes ordinary data.</summary>
    W1,

    /// <summary>Writes sensitive data.</summary>
    W2,
}
