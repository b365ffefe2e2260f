namespace LinuxMem.Bench.Measuring;

/// <summary>What one run took.</summary>
/// <param name="Wall">Seconds from begin to end.</param>
/// <param name="Cpu">Seconds of processor time, the kernel's for it included.</param>
/// <param name="Allocated">Bytes allocated on the managed heap.</param>
/// <param name="Peak">For a program of its own its largest resident size; in this process what was added to it.</param>
/// <param name="Sets">The most that the engine's sets and buffers held, by its own account.</param>
/// <param name="References">Page references read.</param>
internal readonly record struct Sample(double Wall, double Cpu, long Allocated, long Peak, long Sets, long References);
