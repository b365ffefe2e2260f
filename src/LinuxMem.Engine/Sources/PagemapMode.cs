namespace LinuxMem.Engine.Sources;

/// <summary>The ways to read page maps.</summary>
public enum PagemapMode
{
    /// <summary><c>PAGEMAP_SCAN</c> where the kernel has it (6.7 and later), plain reads elsewhere.</summary>
    Auto,

    /// <summary>Plain reads only, as on older kernels; for tests and comparisons.</summary>
    Plain,
}
