using Marketplace.Samples.Tests;

// One server and one process of each sample for all tests; two tests at a time.
[assembly: AssemblyFixture(typeof(Market))]
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
