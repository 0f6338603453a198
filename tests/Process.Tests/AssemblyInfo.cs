using Xunit;

// Each test loads the machine with a server, a store and 32 callers: one after the other they are steady.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
