// Tests stage real processes and change machine-wide settings (swap, huge pages): never two at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
