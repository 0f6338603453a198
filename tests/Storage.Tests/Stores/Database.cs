namespace Marketplace.Storage.Tests.Stores;

/// <summary>What a contract is run against: both stores, and for the ports of the logs the fakes of other projects' tests.</summary>
public enum Database
{
    Sqlite,
    PostgreSql,
    Memory,
}
