using Microsoft.EntityFrameworkCore.Scaffolding.Metadata;
using PgMicro.Data;

namespace PgMicro.EntityFrameworkCore.Scaffolding;

/// <summary>A sequence's settings, null where they are what CREATE SEQUENCE gives without them.</summary>
internal readonly record struct SequenceOptions(long? Start, int? Increment, long? Min, long? Max)
{
    internal static SequenceOptions Of(long start, long increment, long min, long max, string type)
    {
        var (least, most) = type switch
        {
            "smallint" => (short.MinValue, short.MaxValue),
            "integer" => (int.MinValue, int.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        var ascending = increment > 0;
        return new SequenceOptions(
            start == (ascending ? min : max) ? null : start, increment == 1 ? null : (int)increment,
            min == (ascending ? 1 : least) ? null : min, max == (ascending ? most : -1) ? null : max);
    }
}

/// <summary>Reads the sequences that belong to no column.</summary>
internal sealed class SequenceReader(PgMicroConnection connection, DatabaseModel model)
{
    private const string Sequences = """
        SELECT n.nspname, c.relname, pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle
        FROM pg_catalog.pg_sequence AS s
        JOIN pg_catalog.pg_class AS c ON c.oid = s.seqrelid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))
        ORDER BY c.oid
        """;

    internal void Read(HashSet<string> schemas)
    {
        foreach (var row in connection.Rows(Sequences))
        {
            var schema = (string)row[0]!;
            if (schemas.Count > 0 && !schemas.Contains(schema))
            {
                continue;
            }

            var type = (string)row[2]!;
            var options = SequenceOptions.Of((long)row[3]!, (long)row[4]!, (long)row[5]!, (long)row[6]!, type);
            model.Sequences.Add(new DatabaseSequence
            {
                Database = model,
                Schema = schema,
                Name = (string)row[1]!,
                StoreType = type,
                StartValue = options.Start,
                IncrementBy = options.Increment,
                MinValue = options.Min,
                MaxValue = options.Max,
                IsCyclic = (bool)row[7]! ? true : null,
            });
        }
    }
}
