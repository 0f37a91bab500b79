using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Tests.Catalog;

public class BuiltInCatalogTests
{
    private static readonly CatalogSnapshot Catalog = CatalogSnapshot.Initial;

    // select count(*) from <relation>, in template1 of PostgreSQL 17.10
    [Theory]
    [InlineData("pg_type", 617)]
    [InlineData("pg_proc", 3330)]
    [InlineData("pg_operator", 799)]
    [InlineData("pg_cast", 229)]
    [InlineData("pg_aggregate", 157)]
    [InlineData("pg_opclass", 177)]
    [InlineData("pg_amop", 945)]
    [InlineData("pg_amproc", 696)]
    [InlineData("pg_class", 415)]
    [InlineData("pg_attribute", 3126)]
    [InlineData("pg_constraint", 112)]
    [InlineData("pg_index", 164)]
    [InlineData("pg_namespace", 4)]
    [InlineData("pg_authid", 16)]
    public void Has_the_rows_of_a_new_database(string name, int count)
    {
        var relation = CatalogRelationList.All.Single(r => r.Name == name);
        Assert.Equal(count, relation.BuiltInRows.Count + relation.TemplateRows.Count);
    }

    [Fact]
    public void Every_relation_has_the_columns_of_its_pg_attribute_rows()
    {
        foreach (var relation in CatalogRelationList.All)
        {
            Assert.Equal(Catalog.Attributes(relation.Oid).Select(a => a.attname), relation.Columns.Take(relation.VisibleColumns));
            Assert.Equal(relation.Name, Catalog.Class(relation.Oid)!.relname);
            Assert.True(relation.Number < CatalogRelation.MaxNumber);
            foreach (var row in relation.BuiltInRows.Take(3))
            {
                for (var i = 0; i < relation.Columns.Length; i++)
                {
                    row.GetColumn(i);
                }
            }
        }
    }

    [Fact]
    public void Looks_up_by_name_and_oid()
    {
        var pgCatalog = Catalog.FindNamespace("pg_catalog")!.oid;
        Assert.Equal(11u, pgCatalog);
        Assert.Equal(6171u, Catalog.FindNamespace("public")!.nspowner);
        Assert.Equal(1259u, Catalog.FindClass("pg_class", pgCatalog)!.oid);
        Assert.Equal(23u, Catalog.FindType("int4", pgCatalog)!.oid);
        Assert.Equal("b", Catalog.Type(23)!.typtype.ToString());
        Assert.Equal(96u, Catalog.FindOperator("=", 23, 23)!.oid);
        Assert.Equal('i', Catalog.FindCast(23, 20)!.castcontext);
        Assert.Equal(1978u, Catalog.DefaultOpclass(403, 23)!.oid);
        Assert.Equal("text_ops", Catalog.DefaultOpclass(403, 1043)!.opcname);
        Assert.Equal("array_ops", Catalog.DefaultOpclass(403, 1007)!.opcname);
        Assert.Equal(96u, Catalog.OperatorOfStrategy(1976, 23, 23, 3));
        Assert.Equal(3, Catalog.StrategyOfOperator(96, 1976));
        Assert.Equal(23u, Catalog.ArrayElementType(1007));
        Assert.Equal(0u, Catalog.ArrayElementType(19));
        Assert.Equal(26, Catalog.Attribute(1259, 1)!.atttypid.GetHashCode());
        Assert.Equal(-1, Catalog.AllAttributes(1259).Last(a => a.attnum < 0).attnum);
        Assert.Null(Catalog.FindClass("pg_class", 2200));
        Assert.Equal([2, 20, 3], Catalog.FindConstraint(1255, "pg_proc_proname_args_nsp_index")!.conkey!.Select(k => (int)k));
    }
}
