using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Types;

namespace PgMicro.Core.Tests.Ddl;

/// <summary>What PostgreSQL 17 wrote to its catalogs, and said, for the same statements.</summary>
public sealed class TableCatalogTests : IDisposable
{
    private readonly PgDatabase _database;
    private readonly PgSession _session;
    private readonly List<string> _notices = [];

    public TableCatalogTests()
    {
        _database = PgDatabase.Open(new PgDatabaseOptions { Path = "ddl_" + Guid.NewGuid().ToString("N"), InMemory = true });
        _session = _database.CreateSession();
        _session.NoticeReceived += notice => _notices.Add(notice.Message);
        Run("create table parent(id int primary key, code text unique)");
        Run("create table child(id serial primary key, parent_id int not null references parent on delete cascade, qty int check (qty > 0), a int, b int, unique (a, b), tag varchar(10) default 'x')");
        Run("create index on child (qty desc, tag)");
    }

    public void Dispose()
    {
        _session.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void Constraints() => Assert.Equal(
        [
            "child_a_b_key|u|{4,5}||f|t", "child_parent_id_fkey|f|{2}|{1}|f|t", "child_pkey|p|{1}||f|t", "child_qty_check|c|{3}||f|t",
            "parent_code_key|u|{2}||f|t", "parent_pkey|p|{1}||f|t",
        ],
        Run("select conname, contype, conkey, confkey, condeferrable, convalidated from pg_constraint where contypid = 0 and conrelid >= 16384 order by conname"));

    [Fact]
    public void Indexes() => Assert.Equal(
        ["child_a_b_key|i|t|f|4 5|0 0|2", "child_pkey|i|t|t|1|0|1", "child_qty_tag_idx|i|f|f|3 6|3 0|2"],
        Run("select c.relname, c.relkind, indisunique, indisprimary, indkey, indoption, indnkeyatts from pg_index join pg_class c on c.oid=indexrelid where indrelid='child'::regclass order by 1"));

    [Fact]
    public void Columns() => Assert.Equal(
        ["id|1|23|-1|t|t", "parent_id|2|23|-1|t|f", "qty|3|23|-1|f|f", "a|4|23|-1|f|f", "b|5|23|-1|f|f", "tag|6|1043|14|f|t"],
        Run("select attname, attnum, atttypid, atttypmod, attnotnull, atthasdef from pg_attribute where attrelid='child'::regclass and attnum>0 order by attnum"));

    [Fact]
    public void Serial_makes_an_owned_sequence_of_the_columns_range() => Assert.Equal(
        ["23|1|1|2147483647|1|1|f"],
        Run("select seqtypid, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle from pg_sequence where seqrelid='child_id_seq'::regclass"));

    [Fact]
    public void Drop_is_restricted_by_foreign_keys_and_cascades_to_them()
    {
        var error = Assert.Throws<PgException>(() => Run("drop table parent"));
        Assert.Equal("2BP01", error.SqlState);
        Assert.Equal("cannot drop table parent because other objects depend on it", error.Message);
        Assert.Equal("constraint child_parent_id_fkey on table child depends on table parent", error.Detail);
        Assert.Equal("Use DROP ... CASCADE to drop the dependent objects too.", error.Hint);

        Run("alter table child drop column qty");
        Assert.Equal(["........pg.dropped.3........|t|0"], Run("select attname, attisdropped, atttypid from pg_attribute where attrelid='child'::regclass and attnum=3"));
        Run("drop table parent cascade");
        Assert.Contains("drop cascades to constraint child_parent_id_fkey on table child", _notices);
        Assert.Equal(["child_a_b_key", "child_pkey"], Run("select conname from pg_constraint where conrelid='child'::regclass order by 1"));
    }

    [Fact]
    public void A_dropped_column_takes_its_values_along_and_the_others_stay()
    {
        Run("insert into parent values (1, 'p')");
        Run("insert into child (id, parent_id, qty, a, b, tag) values (7, 1, 3, 4, 5, 'keep')");
        Run("alter table child drop column qty");
        Run("alter table child alter column tag type text");
        Run("alter table child drop constraint child_pkey");
        Assert.Equal(["7|1|4|5|keep"], Run("select * from child"));
    }

    private List<string> Run(string sql)
    {
        var lines = new List<string>();
        foreach (var statement in _session.Parse(sql))
        {
            using var portal = _session.Execute(_session.Prepare(statement, []), []);
            while (portal.Read())
            {
                lines.Add(string.Join('|', portal.Columns!.Select((c, i) => portal.IsNull(i) ? "" : Text(c.TypeOid, portal.GetDatum(i)))));
            }
        }

        _session.Sync();
        return lines;
    }

    private string Text(uint type, PgDatum value) => _session.Catalog.GetCodec(type).OutputString(value, _session);
}
