using System.Text;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Unit.Procfs;

public class KernelTextTests
{
    [Theory]
    [InlineData(new byte[] { }, "")]
    [InlineData(new byte[] { 0x61, 0xC3, 0xA9 }, "aé")]
    [InlineData(new byte[] { 0xFF, 0x61 }, "\uDCFFa")]
    [InlineData(new byte[] { 0xC3, 0x28 }, "\uDCC3(")]
    [InlineData(new byte[] { 0xED, 0xB3, 0xBF }, "\uDCED\uDCB3\uDCBF")]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98, 0x80 }, "\U0001F600")]
    public void Decode_is_lossless(byte[] bytes, string expected)
    {
        string text = KernelText.Decode(bytes);

        Assert.Equal(expected, text, StringComparer.Ordinal);
        Assert.Equal(bytes, KernelText.Encode(text));
    }

    [Fact]
    public void Any_bytes_survive_the_round_trip()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            Assert.Equal(bytes, KernelText.Encode(KernelText.Decode(bytes)));
        }
    }

    [Fact]
    public void Valid_text_is_plain_utf8()
    {
        const string text = "naïve 文字 \U0001F40D";
        Assert.Equal(text, KernelText.Decode(Encoding.UTF8.GetBytes(text)));
    }
}
