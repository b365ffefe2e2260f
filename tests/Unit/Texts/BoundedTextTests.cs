using System.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Unit.Texts;

/// <summary>Texts of any length: what is kept of them, and that those which differ stay different.</summary>
[Beside(Company.Everybody)]
public class BoundedTextTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(BoundedText.MaxBytes)]
    public void Texts_that_are_not_long_stay_as_they_are(int length)
    {
        byte[] text = Bytes(length);
        Assert.Equal(Encoding.ASCII.GetString(text), BoundedText.Decode(text));
    }

    [Fact]
    public void A_long_text_has_its_length_and_a_hash_in_its_mark()
    {
        byte[] text = Bytes(BoundedText.MaxBytes + 1);
        string shown = BoundedText.Decode(text);
        Assert.Matches(@"\A[a-z]{131072}… \(131073 bytes; [0-9a-f]{16}\)\z", shown);
        text[^1]++;
        Assert.NotEqual(shown, BoundedText.Decode(text));
    }

    [Fact]
    public void The_cut_goes_through_no_character()
    {
        string shown = BoundedText.Decode(Encoding.UTF8.GetBytes("a" + string.Concat(Enumerable.Repeat("€", 50_000))));
        Assert.Equal('€', shown[shown.IndexOf('…') - 1]);
        Assert.DoesNotContain(shown, char.IsSurrogate);
    }

    [Fact]
    public void No_short_key_is_equal_to_one_that_was_cut()
    {
        string cut = BoundedText.Key(new string('x', 5000));
        Assert.True(BoundedText.IsLongKey(cut));
        Assert.InRange(DisplayWidth.Of(BoundedText.Name(new string('x', 5000))), 64, 120);
    }

    [Fact]
    public void A_hash_is_the_same_in_whatever_pieces_the_bytes_come()
    {
        var random = new Random(1);
        byte[] bytes = new byte[5000];
        random.NextBytes(bytes);
        var whole = new TextHash();
        whole.Add(bytes);
        for (int i = 0; i < 200; i++)
        {
            var pieces = new TextHash();
            for (int at = 0; at < bytes.Length;)
            {
                int n = Math.Min(random.Next(0, i + 2), bytes.Length - at);
                pieces.Add(bytes.AsSpan(at, n));
                at += n;
            }

            Assert.Equal((whole.Value, 5000), (pieces.Value, pieces.Length));
        }

        Assert.Equal(bytes.Length, Enumerable.Range(0, bytes.Length).Select(i =>
        {
            byte[] other = [.. bytes];
            other[i] ^= 1;
            var hash = new TextHash();
            hash.Add(other);
            return hash.Value;
        }).Append(whole.Value).Distinct().Count() - 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Entries_of_all_lengths_are_read_through_one_buffer(int seed)
    {
        var random = new Random(seed);
        using FileStream file = UnnamedFile.Create(Path.GetTempPath());
        var expected = new List<(long Length, ulong Hash)>();
        while (file.Length < FileBounds.Texts - (1 << 20))
        {
            byte[] entry = Bytes(random.Next(4) switch { 0 => random.Next(3), 1 => random.Next(300), 2 => BoundedText.MaxBytes + random.Next(-2, 3), _ => random.Next(1 << 20) });
            file.Write([.. entry, 0]);
            var hash = new TextHash();
            hash.Add(entry);
            expected.Add((entry.Length, hash.Value));
        }

        var read = new List<(long, ulong)>();
        var entries = new EntryStream(new OpenedFile(new FilePart(file, 0, file.Length)), TextBuffer.ForThisThread);
        while (entries.TryNext(out ReadOnlySpan<byte> entry))
        {
            TextHash hash = entries.Whole;
            if (!entries.IsLong)
            {
                hash = new TextHash();
                hash.Add(entry);
            }

            read.Add((hash.Length, hash.Value));
            Assert.Equal(entries.IsLong, hash.Length > BoundedText.MaxBytes);
            Assert.False(entries.IsUnfinished);
        }

        Assert.Equal(expected, read);
        Assert.False(entries.IsCut);
        Assert.Equal(0, entries.Error);
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)('a' + (i % 26)))];
}
