// The tests count the descriptors of their process and pretend to be on another system.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
