// The tests count the descriptors of their process and pretend to be on another system.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
