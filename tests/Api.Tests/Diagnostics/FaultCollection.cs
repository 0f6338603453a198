namespace Marketplace.Api.Tests.Diagnostics;

/// <summary>One marketplace with faults for all tests that make some.</summary>
[CollectionDefinition(Name)]
public sealed class FaultCollection : ICollectionFixture<FaultMarketplace>
{
    public const string Name = "faults";
}
