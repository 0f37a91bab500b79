using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;
using Xunit;

namespace PgMicro.Core.Tests.Binding.Expressions;

/// <summary>Definitions of the system catalogs' own indexes and constraints, as PostgreSQL 17 prints them (catalog_defs.tsv).</summary>
public class CatalogDeparserTests
{
    [Fact]
    public void PrintsSystemIndexesAndConstraints()
    {
        var deparser = new CatalogDeparser(CatalogSnapshot.Initial, new TypeContext { Types = BuiltInCodecs.Resolver }, [11, 2200], false);
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Binding", "Expressions", "catalog_defs.tsv"));
        Assert.True(lines.Length > 100);
        foreach (var line in lines)
        {
            var f = line.Split('\t');
            var oid = uint.Parse(f[1], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(f[2], f[0] == "index" ? deparser.IndexDef(oid) : deparser.ConstraintDef(oid));
        }
    }
}
