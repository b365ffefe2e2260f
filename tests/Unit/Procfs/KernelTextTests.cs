using System.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Unit.Procfs;

[Beside(Company.Everybody)]
public class KernelTextTests
{
    // Attribute arguments cannot hold lone surrogates: a TheoryData can.
    public static TheoryData<byte[], string> Texts => new()
    {
        { [], "" },
        { [0x61, 0xC3, 0xA9], "aé" },
        { [0xFF, 0x61], "\uDCFFa" },
        { [0xC3, 0x28], "\uDCC3(" },
        { [0xED, 0xB3, 0xBF], "\uDCED\uDCB3\uDCBF" },
        { [0xF0, 0x9F, 0x98, 0x80], "\U0001F600" },
    };

    [Theory]
    [MemberData(nameof(Texts), DisableDiscoveryEnumeration = true)]
    public void Decode_is_lossless(byte[] bytes, string expected)
    {
        string text = SurrogateEscape.Decode(bytes);

        Assert.Equal(expected, text, StringComparer.Ordinal);
        Assert.Equal(bytes, SurrogateEscape.Encode(text));
    }

    [Fact]
    public void Any_bytes_survive_the_round_trip()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            Assert.Equal(bytes, SurrogateEscape.Encode(SurrogateEscape.Decode(bytes)));
        }
    }

    [Fact]
    public void Valid_text_is_plain_utf8()
    {
        const string text = "naïve 文字 \U0001F40D";
        Assert.Equal(text, SurrogateEscape.Decode(Encoding.UTF8.GetBytes(text)));
    }
}
