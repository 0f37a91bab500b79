using PgMicro.Core.Binding;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Tests.Catalog;

public class RegResolverTests
{
    private readonly RegResolver _resolver;

    public RegResolverTests()
    {
        var builder = new CatalogBuilder(CatalogSnapshot.Initial, new OidCounter());
        var schema = builder.NewOid();
        builder.Insert(new PgNamespace { oid = schema, nspname = "s" });
        builder.Insert(new PgClass { oid = builder.NewOid(), relname = "t", relnamespace = schema, relkind = 'r' });
        builder.Insert(new PgClass { oid = builder.NewOid(), relname = "Tab", relnamespace = 2200, relkind = 'r' });
        var catalog = builder.Snapshot;
        _resolver = new RegResolver(() => catalog, () => [11, 2200], new TypeContext { Types = catalog });
    }

    // What a real PostgreSQL 17 answers.
    [Theory]
    [InlineData(TypeOid.Regprocedure, "max(int4)", "max(integer)")]
    [InlineData(TypeOid.Regoperator, "!~~*(text,text)", "!~~*(text,text)")]
    [InlineData(TypeOid.Regoperator, "-(none,int4)", "-(NONE,integer)")]
    [InlineData(TypeOid.Regoper, "||/", "||/")]
    [InlineData(TypeOid.Regproc, "now", "now")]
    [InlineData(TypeOid.Regclass, "S.T", "s.t")]
    [InlineData(TypeOid.Regclass, "\"Tab\"", "\"Tab\"")]
    [InlineData(TypeOid.Regclass, "pg_catalog.pg_class", "pg_class")]
    [InlineData(TypeOid.RegConfig, "english", "english")]
    [InlineData(TypeOid.RegDictionary, "simple", "simple")]
    [InlineData(TypeOid.RegCollation, "\"C\"", "\"C\"")]
    [InlineData(TypeOid.RegNamespace, "pg_catalog", "pg_catalog")]
    [InlineData(TypeOid.RegRole, "postgres", "postgres")]
    [InlineData(TypeOid.Regtype, "int[]", "integer[]")]
    [InlineData(TypeOid.Regtype, "numeric(3,1)", "numeric")]
    [InlineData(TypeOid.Regtype, "timestamp with time zone", "timestamp with time zone")]
    public void Reads_and_writes(uint type, string input, string output) =>
        Assert.Equal(output, _resolver.Format(type, _resolver.Parse(type, input)));

    [Theory]
    [InlineData(TypeOid.Regproc, 1398u, "pg_catalog.abs")]
    [InlineData(TypeOid.Regproc, 1242u, "boolin")]
    [InlineData(TypeOid.Regoper, 96u, "pg_catalog.=")]
    [InlineData(TypeOid.Regclass, 99999u, null)]
    public void Writes(uint type, uint oid, string? output) => Assert.Equal(output, _resolver.Format(type, oid));

    [Theory]
    [InlineData(TypeOid.Regclass, "nope", "42P01", "relation \"nope\" does not exist")]
    [InlineData(TypeOid.Regclass, "x.nope", "42P01", "relation \"x.nope\" does not exist")]
    [InlineData(TypeOid.Regclass, "a.b.c.d", "42601", "improper relation name (too many dotted names): a.b.c.d")]
    [InlineData(TypeOid.Regclass, "nope.b.c", "0A000", "cross-database references are not implemented: \"nope.b.c\"")]
    [InlineData(TypeOid.Regclass, "a b", "42602", "invalid name syntax")]
    [InlineData(TypeOid.Regclass, "\"x", "42602", "invalid name syntax")]
    [InlineData(TypeOid.Regclass, "a..b", "42602", "invalid name syntax")]
    [InlineData(TypeOid.Regproc, "nope", "42883", "function \"nope\" does not exist")]
    [InlineData(TypeOid.Regproc, "max", "42725", "more than one function named \"max\"")]
    [InlineData(TypeOid.Regprocedure, "nope(int)", "42883", "function \"nope(int)\" does not exist")]
    [InlineData(TypeOid.Regprocedure, "nope", "22P02", "expected a left parenthesis")]
    [InlineData(TypeOid.Regprocedure, "sum(int4", "22P02", "expected a right parenthesis")]
    [InlineData(TypeOid.Regtype, "nope", "42704", "type \"nope\" does not exist")]
    [InlineData(TypeOid.Regtype, "x.nope", "3F000", "schema \"x\" does not exist")]
    [InlineData(TypeOid.Regoper, "nope", "42883", "operator does not exist: nope")]
    [InlineData(TypeOid.Regoper, "+", "42725", "more than one operator named +")]
    [InlineData(TypeOid.Regoperator, "+(int4,text)", "42883", "operator does not exist: +(int4,text)")]
    [InlineData(TypeOid.RegNamespace, "nope", "3F000", "schema \"nope\" does not exist")]
    [InlineData(TypeOid.RegNamespace, "a.b", "42602", "invalid name syntax")]
    [InlineData(TypeOid.RegRole, "nope", "42704", "role \"nope\" does not exist")]
    [InlineData(TypeOid.RegCollation, "nope", "42704", "collation \"nope\" for encoding \"UTF8\" does not exist")]
    [InlineData(TypeOid.RegConfig, "nope", "42704", "text search configuration \"nope\" does not exist")]
    public void Refuses(uint type, string input, string state, string message)
    {
        var e = Assert.Throws<PgException>(() => _resolver.Parse(type, input));
        Assert.Equal((state, message), (e.SqlState, e.Message));
    }

    [Fact]
    public void Reads_only_a_type() => Assert.Throws<PgException>(() => _resolver.Parse(TypeOid.Regtype, "int4 from pg_class"));
}
