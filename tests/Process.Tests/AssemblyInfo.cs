using Xunit;

// Two at a time: a start takes one core, and the tests that load the machine are in a collection of their own.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
