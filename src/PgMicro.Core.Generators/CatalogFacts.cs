using System.Collections.Generic;

namespace PgMicro.Core.Generators;

/// <summary>The rows of pg_proc and pg_type that declarations are checked against.</summary>
internal sealed class CatalogFacts
{
    private static readonly Dictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["boolean"] = "bool",
        ["smallint"] = "int2",
        ["integer"] = "int4",
        ["bigint"] = "int8",
        ["real"] = "float4",
        ["double precision"] = "float8",
        ["character varying"] = "varchar",
        ["character"] = "bpchar",
        ["\"char\""] = "char",
        ["timestamp without time zone"] = "timestamp",
        ["timestamp with time zone"] = "timestamptz",
        ["time without time zone"] = "time",
        ["time with time zone"] = "timetz",
        ["bit varying"] = "varbit",
        ["\"any\""] = "any",
    };

    private readonly Dictionary<string, ProcRow> _procs = new Dictionary<string, ProcRow>();

    /// <summary>Reads the two exported tables.</summary>
    public CatalogFacts(IEnumerable<string> procTsvs, IEnumerable<string> typeTsvs)
    {
        var types = new Dictionary<string, string>();
        foreach (var typeTsv in typeTsvs)
        {
            foreach (var row in Rows(typeTsv, out var typeColumns))
            {
                types[row[typeColumns["oid"]]] = row[typeColumns["typname"]];
            }
        }

        foreach (var procTsv in procTsvs)
        {
            ReadProcs(procTsv, types);
        }
    }

    private void ReadProcs(string procTsv, Dictionary<string, string> types)
    {
        foreach (var row in Rows(procTsv, out var columns))
        {
            var argumentTypes = row[columns["proargtypes"]];
            var names = new List<string>();
            if (argumentTypes.Length != 0)
            {
                foreach (var oid in argumentTypes.Split(' '))
                {
                    names.Add(types.TryGetValue(oid, out var type) ? type : oid);
                }
            }

            var resultOid = row[columns["prorettype"]];
            var proc = new ProcRow(
                uint.Parse(row[columns["oid"]]), row[columns["proname"]], names.Count,
                types.TryGetValue(resultOid, out var result) ? result : resultOid,
                row[columns["proisstrict"]] == "t", row[columns["provolatile"]] == "i", row[columns["proretset"]] == "t",
                row[columns["prokind"]][0], row[columns["provariadic"]] == "2276",
                OutColumns(row[columns["proargmodes"]]));
            var signature = proc.Name + "(" + string.Join(",", names) + ")";
            if (_procs.ContainsKey(signature) && columns.TryGetValue("extname", out var extension))
            {
                // A function of an extension that pg_catalog has too goes by the extension's name.
                signature = row[extension] + "." + signature;
            }

            _procs[signature] = proc;
        }
    }

    /// <summary>The row of a signature as declarations write it, or null.</summary>
    public ProcRow? Find(string signature)
    {
        var open = signature.IndexOf('(');
        if (open < 0 || !signature.EndsWith(")"))
        {
            return null;
        }

        var name = signature.Substring(0, open).Trim();
        var list = signature.Substring(open + 1, signature.Length - open - 2);
        var key = name + "(";
        if (list.Trim().Length != 0)
        {
            var parts = list.Split(',');
            for (var i = 0; i < parts.Length; i++)
            {
                parts[i] = Canonical(parts[i].Trim());
            }

            key += string.Join(",", parts);
        }

        return _procs.TryGetValue(key + ")", out var row) ? row : null;
    }

    private static int OutColumns(string modes)
    {
        var count = 0;
        foreach (var mode in modes == "\\N" ? "" : modes)
        {
            count += mode is 'o' or 'b' or 't' ? 1 : 0;
        }

        return count == 0 ? 1 : count;
    }

    private static string Canonical(string type)
    {
        if (type.StartsWith("VARIADIC "))
        {
            type = type.Substring(9);
        }

        var array = type.EndsWith("[]");
        if (array)
        {
            type = type.Substring(0, type.Length - 2);
        }

        if (Aliases.TryGetValue(type, out var alias))
        {
            type = alias;
        }

        return array ? "_" + type : type;
    }

    private static IEnumerable<string[]> Rows(string tsv, out Dictionary<string, int> columns)
    {
        var lines = tsv.Split('\n');
        columns = new Dictionary<string, int>();
        var names = lines[0].TrimEnd('\r').Split('\t');
        for (var i = 0; i < names.Length; i++)
        {
            columns[names[i]] = i;
        }

        return Split(lines);
    }

    private static IEnumerable<string[]> Split(string[] lines)
    {
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length != 0)
            {
                yield return lines[i].Split('\t');
            }
        }
    }
}
