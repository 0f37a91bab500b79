using PgMicro.Core.Execution;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Types;

namespace PgMicro.Core.Tests.Dml;

public sealed class RowBufferTests
{
    [Fact]
    public void Rows_come_back_as_they_went_in_and_may_be_read_again()
    {
        using var source = new BufferedRowSource(
        [
            [PgDatum.FromInt64(1), PgDatum.Null, PgDatum.FromText("aé"), PgDatum.FromDouble(0.5), PgDatum.FromBlob(new byte[] { 0, 1 })],
            [PgDatum.FromInt64(long.MinValue), PgDatum.FromText(""), PgDatum.FromText(new string('x', 1000)), PgDatum.Null, PgDatum.Null],
        ]);
        using var buffer = new RowBuffer();
        buffer.Clear(5);
        while (source.Read())
        {
            buffer.Append(source);
        }

        for (var pass = 0; pass < 2; pass++)
        {
            buffer.Position = -1;
            Assert.True(buffer.Read());
            Assert.Equal(["1", "NULL", "aé", "0.5", "0001"], Values(buffer));
            Assert.True(buffer.Read());
            Assert.Equal(["-9223372036854775808", "", new string('x', 1000), "NULL", "NULL"], Values(buffer));
            Assert.False(buffer.Read());
        }
    }

    [Fact]
    public void A_cleared_buffer_takes_rows_of_another_width()
    {
        using var source = new BufferedRowSource([[PgDatum.FromInt64(1), PgDatum.FromInt64(2), PgDatum.FromInt64(3)]]);
        using var buffer = new RowBuffer();
        buffer.Clear(3);
        Assert.True(source.Read());
        buffer.Append(source);
        buffer.Clear(2);
        buffer.Append(source, [2, 0]);
        Assert.Equal(1, buffer.RowCount);
        Assert.True(buffer.Read());
        Assert.Equal(3, buffer.GetInt64(0));
        Assert.Equal(1, buffer.GetInt64(1));
    }

    private static string[] Values(RowBuffer row) => [.. Enumerable.Range(0, 5).Select(i => row.GetDatum(i).ToString())];
}
