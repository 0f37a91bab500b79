using PgMicro.Core.Catalog;

namespace PgMicro.Core.Tests.Catalog;

public class CatalogNamesTests
{
    // select oid, format_type(oid, null) from pg_type, of PostgreSQL 17
    [Theory]
    [InlineData(16u, "boolean")]
    [InlineData(18u, "\"char\"")]
    [InlineData(19u, "name")]
    [InlineData(20u, "bigint")]
    [InlineData(21u, "smallint")]
    [InlineData(22u, "int2vector")]
    [InlineData(23u, "integer")]
    [InlineData(30u, "oidvector")]
    [InlineData(114u, "json")]
    [InlineData(199u, "json[]")]
    [InlineData(700u, "real")]
    [InlineData(701u, "double precision")]
    [InlineData(1002u, "\"char\"[]")]
    [InlineData(1007u, "integer[]")]
    [InlineData(1042u, "character")]
    [InlineData(1043u, "character varying")]
    [InlineData(1083u, "time without time zone")]
    [InlineData(1114u, "timestamp without time zone")]
    [InlineData(1184u, "timestamp with time zone")]
    [InlineData(1186u, "interval")]
    [InlineData(1231u, "numeric[]")]
    [InlineData(1266u, "time with time zone")]
    [InlineData(1562u, "bit varying")]
    [InlineData(1700u, "numeric")]
    [InlineData(2276u, "\"any\"")]
    [InlineData(2287u, "record[]")]
    [InlineData(13148u, "information_schema.cardinal_number")]
    [InlineData(13151u, "information_schema.character_data")]
    [InlineData(13153u, "information_schema.sql_identifier")]
    [InlineData(13159u, "information_schema.time_stamp")]
    [InlineData(13161u, "information_schema.yes_or_no")]
    public void Formats_types(uint oid, string name) => Assert.Equal(name, CatalogNames.FormatType(CatalogSnapshot.Initial, oid, null));
}
