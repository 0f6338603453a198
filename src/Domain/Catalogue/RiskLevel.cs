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

/// <summary>Text forms of the risk levels.</summary>
public static class RiskLevels
{
    /// <summary><c>r1</c>, <c>r2</c>, <c>w1</c> or <c>w2</c>.</summary>
    public static string Text(this RiskLevel risk) =>
        risk switch
        {
            RiskLevel.R1 => "r1",
            RiskLevel.R2 => "r2",
            RiskLevel.W1 => "w1",
            RiskLevel.W2 => "w2",
            _ => throw new ArgumentOutOfRangeException(nameof(risk)),
        };
}
