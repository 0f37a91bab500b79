using System.Text;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Tests.Catalog;

/// <summary>DROP over pg_depend as a real PostgreSQL filled it, against what that server answered.</summary>
public class ObjectDeletionTests
{
    private static readonly string s_fixtures = Path.Combine(AppContext.BaseDirectory, "Catalog", "Fixtures");

    public static TheoryData<string, string> Recorded()
    {
        var data = new TheoryData<string, string>();
        foreach (var part in File.ReadAllText(Path.Combine(s_fixtures, "dependencies.txt")).Split("## ", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = part.TrimEnd('\n').Split('\n', 2);
            data.Add(lines[0], lines.Length > 1 ? lines[1] : "");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Answers_as_PostgreSQL_does(string command, string answer)
    {
        var builder = new CatalogBuilder(CatalogSnapshot.Initial, new OidCounter(1_000_000));
        Load(builder);
        var catalog = builder.Snapshot;
        var output = new StringBuilder();
        var removed = new Removals();
        var deletion = new ObjectDeletion(builder, null, removed, n => Append(output, n.Severity, n.SqlState, n.Message, n.Detail, n.Hint));
        var cascade = command.EndsWith(" CASCADE", StringComparison.Ordinal);
        var names = command.Replace(" CASCADE", "", StringComparison.Ordinal).Split(' ', 2);
        var objects = names[1].Split(", ").Select(n => Resolve(catalog, names[0], n)).ToList();
        try
        {
            var gone = deletion.Perform(objects, cascade ? DropBehavior.Cascade : DropBehavior.Restrict);
            Assert.Equal(removed.Addresses, gone);
            foreach (var address in gone.Where(a => a.SubId == 0))
            {
                Assert.Null(ObjectDescriptions.Describe(builder.Snapshot, address, null));
                Assert.Empty(Dependency.FindDependents(builder.Snapshot, address));
                Assert.Empty(Dependency.FindReferenced(builder.Snapshot, address));
            }
        }
        catch (PgException e)
        {
            Append(output, e.Severity, e.SqlState, e.Message, e.Detail, e.Hint);
        }

        Assert.Equal(answer, output.ToString());
    }

    [Fact]
    public void Refuses_to_drop_what_the_system_needs()
    {
        var builder = new CatalogBuilder(CatalogSnapshot.Initial, new OidCounter());
        var deletion = new ObjectDeletion(builder, null, new Removals(), _ => { });
        var e = Assert.Throws<PgException>(() => deletion.Perform([ObjectAddress.Type(23)], DropBehavior.Cascade));
        Assert.Equal("cannot drop type integer because it is required by the database system", e.Message);
        Assert.Equal("2BP01", e.SqlState);
    }

    private static void Append(StringBuilder output, string severity, string state, string message, string? detail, string? hint)
    {
        output.Append(output.Length == 0 ? "" : "\n").Append($"{severity}:  {state}: {message}");
        output.Append(detail is null ? "" : "\nDETAIL:  " + detail).Append(hint is null ? "" : "\nHINT:  " + hint);
    }

    private static ObjectAddress Resolve(CatalogSnapshot catalog, string kind, string name)
    {
        var parts = name.Split('.');
        var schema = parts.Length > 1 ? catalog.FindNamespace(parts[0])!.oid : 2200;
        return kind switch
        {
            "SCHEMA" => ObjectAddress.Namespace(catalog.FindNamespace(name)!.oid),
            "TYPE" or "DOMAIN" => ObjectAddress.Type(catalog.FindType(name, schema)!.oid),
            "FUNCTION" => ObjectAddress.Function(catalog.ProcsByName(name.Replace("()", "")).Single().oid),
            _ => ObjectAddress.Relation(catalog.FindClass(parts[^1], schema)!.oid),
        };
    }

    private static unsafe void Load(CatalogBuilder builder)
    {
        foreach (var part in File.ReadAllText(Path.Combine(s_fixtures, "dependencies.tsv")).Split("== ", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = part.Split('\n', 2);
            var relation = CatalogRelationList.All.Single(r => r.Name == lines[0]);
            var bytes = Encoding.UTF8.GetBytes(lines[1]);
            fixed (byte* data = bytes)
            {
                var reader = TsvReader.Open(data, bytes.Length, relation.Columns);
                while (reader.Read())
                {
                    builder.Insert(relation.ReadRow(reader));
                }
            }
        }
    }

    private sealed class Removals : IObjectRemover
    {
        public List<ObjectAddress> Addresses { get; } = [];

        public void Remove(ObjectAddress address, CatalogBuilder catalog)
        {
            Assert.NotNull(ObjectDescriptions.Describe(catalog.Snapshot, address, null));
            Addresses.Add(address);
        }
    }
}
