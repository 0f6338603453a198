// One product for all tests, and one test at a time: "nothing changed" is said of whole logs.
[assembly: AssemblyFixture(typeof(TestMarketplace))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]
