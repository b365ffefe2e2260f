using System.Text;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Unit.Procfs;

/// <summary>The number of swap areas, out of the types that a kernel was compiled with.</summary>
[Beside(Company.Everybody)]
public class BtfTests
{
    private const int Integer = 1, Pointer = 2, Array = 3, Structure = 4, Enumeration = 6, Typedef = 8;

    [Fact]
    public void The_array_of_areas_tells_how_many_there_may_be()
    {
        // Of 10 and of 40 are arrays for other purposes; the one of 30 is of other pointers; what an array is made of may follow it.
        byte[] file = File(
            [Type(Array, 0, 0, 4, 2, 28), Type(Integer, 0, 4, 0x20), TypeOf(Structure, 1, 64, members: 2), Type(Pointer, 0, 3), Type(Array, 0, 0, 4, 2, 10), Type(Array, 0, 0, 4, 2, 40),
             Type(Pointer, 0, 2), Type(Array, 0, 0, 7, 2, 30), TypeOf(Enumeration, 0, 4, members: 3), Type(Typedef, 1, 3)]);

        Assert.Equal(28UL, BtfFile.SwapAreas(file, 23, 32));
        Assert.Null(BtfFile.SwapAreas(file, 29, 32));
    }

    [Fact]
    public void What_is_cut_off_or_of_an_unknown_kind_tells_nothing()
    {
        byte[][] types = [Type(Structure, 1, 64), Type(Pointer, 0, 1), Type(Array, 0, 0, 2, 2, 28)];
        byte[] whole = File(types);

        Assert.Equal(28UL, BtfFile.SwapAreas(whole, 23, 32));
        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.Null(BtfFile.SwapAreas(whole.AsSpan(0, length), 23, 32)));
        Assert.Null(BtfFile.SwapAreas(File([.. types, Type(25, 0, 0)]), 23, 32));
        Assert.Null(BtfFile.SwapAreas([0xEB, 0x9F, .. whole.AsSpan(2)], 23, 32));
    }

    [Theory]
    [InlineData("", 0UL)]
    [InlineData("Filename\tType\tSize\tUsed\tPriority\n", 0UL)]
    [InlineData("Filename\tType\tSize\tUsed\tPriority\n/a\\040b file 1 0 1\n/dev/sda2 partition 1 0 -2\n", 2UL)]
    public void Areas_in_use_are_counted(string text, ulong areas) => Assert.Equal(areas, SwapsFile.CountAreas(Encoding.ASCII.GetBytes(text)));

    private static byte[] Type(int kind, int name, int sizeOrType, params int[] more) => Words([name, kind << 24, sizeOrType, .. more]);

    /// <summary>A type with room behind it for its members.</summary>
    private static byte[] TypeOf(int kind, int name, int size, int members) =>
        Words([name, (kind << 24) | members, size, .. new int[members * (kind == Structure ? 3 : 2)]]);

    private static byte[] File(byte[][] types)
    {
        byte[] names = "\0swap_info_struct\0other\0"u8.ToArray();
        int size = types.Sum(type => type.Length);
        return [0x9F, 0xEB, 1, 0, .. Words([24, 0, size, size, names.Length]), .. types.SelectMany(type => type), .. names];
    }

    private static byte[] Words(int[] words) => [.. words.SelectMany(BitConverter.GetBytes)];
}
