using PgMicro.Core.Errors;
using PgMicro.Core.Execution;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>Short forms for tests that talk to a session in SQL.</summary>
internal static class Sessions
{
    /// <summary>Runs a script as a simple query; the last statement's rows as text.</summary>
    internal static List<string> Run(this PgSession session, string sql)
    {
        var rows = new List<string>();
        try
        {
            foreach (var statement in session.Parse(sql))
            {
                rows.Clear();
                using var portal = session.Execute(session.Prepare(statement, []), []);
                while (portal.Read())
                {
                    rows.Add(string.Join('|', portal.Columns!.Select((c, i) => portal.IsNull(i)
                        ? ""
                        : session.Types.GetCodec(c.TypeOid).OutputString(portal.GetDatum(i), session))));
                }
            }
        }
        finally
        {
            session.Sync();
        }

        return rows;
    }

    /// <summary>Runs a script that must fail.</summary>
    internal static PgException Fails(this PgSession session, string sql) => Assert.Throws<PgException>(() => session.Run(sql));

    internal static PgDatabase OpenFile(string path, bool readOnly = false, bool create = true) =>
        PgDatabase.Open(new PgDatabaseOptions { Path = path, ReadOnly = readOnly, Create = create });
}
