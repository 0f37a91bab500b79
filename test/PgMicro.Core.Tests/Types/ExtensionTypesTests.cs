using PgMicro.Core.Catalog;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Extensions;

namespace PgMicro.Core.Tests.Types;

/// <summary>The OIDs that code gives the types of extensions, against the exported rows.</summary>
public sealed class ExtensionTypesTests
{
    [Fact]
    public void Codecs_have_the_oids_of_the_exported_types()
    {
        var rows = new Dictionary<uint, (string Name, uint Array)>();
        var reader = TsvReader.Open("extension.pg_type", ["oid", "typname", "typarray"])!;
        while (reader.Read())
        {
            rows.Add(reader.Oid(0), (reader.Text(1), reader.Oid(2)));
        }

        var codecs = BuiltInCodecs.All.Where(static c => c is CitextCodec or HstoreCodec or LtreeCodec or LqueryCodec or LtxtqueryCodec or CubeCodec).ToList();
        Assert.Equal(6, codecs.Count);
        Assert.All(codecs, codec => Assert.Equal((codec.Name, codec.ArrayOid), rows[codec.Oid]));
    }
}
