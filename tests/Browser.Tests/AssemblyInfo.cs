using Marketplace.Browser.Tests;

// One server and one browser for all tests, one test at a time: a page is steady while a person looks at it.
[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]
