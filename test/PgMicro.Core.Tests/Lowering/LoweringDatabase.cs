using System.Text;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;
using PgMicro.PgQuery;

namespace PgMicro.Core.Tests.Lowering;

/// <summary>A database in memory whose tables are made by hand: what is bound and lowered runs over it.</summary>
internal sealed class LoweringDatabase : IDisposable
{
    private readonly SqliteConnectionHandle _connection = SqliteConnectionHandle.Open(":memory:");
    private readonly Session _session = new();
    private readonly CatalogBuilder _builder = new(CatalogSnapshot.Initial, new OidCounter());

    internal LoweringDatabase()
    {
        _session.Types = BuiltInCodecs.Resolver;
        _connection.Owner = _session;
        FunctionTable.RegisterAll(_connection);
        foreach (var codec in BuiltInCodecs.All)
        {
            if (codec.Collation is { } name && name is not "RTRIM" and not "BINARY")
            {
                _connection.Collations.Register(name, new CodecCollation(codec));
            }
        }
    }

    /// <summary>Makes a table of columns "name type", NOT NULL when the type ends in "!", and fills it.</summary>
    internal void Table(string name, string columns, params string[] rows)
    {
        var relation = _builder.NewOid();
        var rowType = _builder.NewOid();
        var sql = new StringBuilder($"CREATE TABLE \"{name}\" (");
        short number = 0;
        foreach (var column in columns.Split(','))
        {
            var words = column.Trim().Split(' ');
            var type = CatalogSnapshot.Initial.Rows(PgType.Relation).First(t => t.typname == words[1].TrimEnd('!'));
            _builder.Insert(new PgAttribute
            {
                attrelid = relation,
                attname = words[0],
                attnum = ++number,
                atttypid = type.oid,
                attlen = type.typlen,
                attnotnull = words[1].EndsWith('!'),
                attcollation = type.typcollation,
            });
            sql.Append($"\"{words[0]}\" {BuiltInCodecs.Resolver.GetCodec(type.oid).ColumnType switch
            {
                SqliteColumnType.Integer => "INTEGER",
                SqliteColumnType.Text => "TEXT",
                SqliteColumnType.Blob => "BLOB",
                _ => "",
            }}, ");
        }

        _builder.Insert(new PgClass { oid = relation, relname = name, relnamespace = BuiltInOids.PublicNamespace, relkind = 'r', relnatts = number, reltype = rowType });
        _builder.Insert(new PgType { oid = rowType, typname = name, typnamespace = BuiltInOids.PublicNamespace, typtype = 'c', typcategory = 'C', typrelid = relation, typlen = -1 });
        _connection.Execute(sql + "xmin INTEGER)");
        foreach (var row in rows)
        {
            _connection.Execute($"INSERT INTO \"{name}\" VALUES ({row}, 1)");
        }

        _session.Snapshot = _builder.Snapshot;
        _session.Types = _session.Snapshot;
    }

    /// <summary>The rows as psql -At prints them, or the error's SQLSTATE and text.</summary>
    internal string Run(string sql)
    {
        try
        {
            var query = Binder.Bind(PgQueryParser.Parse(sql).Stmts[0], new BindingContext(_session, GivenParameters.Inferred));
            var lowered = QueryLowering.Lower(query, new LoweringContext(_session.Snapshot, _session.Types));
            foreach (var lateral in lowered.Laterals)
            {
                _connection.EnsureLateralModule(lateral.Columns, lateral.Arguments);
            }

            var types = query.TargetList.Where(t => !t.ResJunk).Select(t => _session.Types.GetCodec(t.Expr.Type)).ToList();
            var statement = _connection.Prepare(lowered.Sql);
            var result = new List<string>();
            while (statement.Step())
            {
                result.Add(string.Join('|', types.Select((codec, i) => statement.IsNull(i) ? "∅" : codec.OutputString(Datum(statement, i), _session))));
            }

            statement.Dispose();
            return string.Join(" ; ", result);
        }
        catch (PgException e)
        {
            return $"{e.SqlState} {e.Message}";
        }
    }

    public void Dispose() => _connection.Dispose();

    private static PgDatum Datum(SqliteStatement statement, int column) => statement.ColumnType(column) switch
    {
        SqliteValueKind.Integer => PgDatum.FromInt64(statement.GetInt64(column)),
        SqliteValueKind.Real => PgDatum.FromDouble(statement.GetDouble(column)),
        SqliteValueKind.Text => PgDatum.FromText(statement.GetBytes(column).ToArray()),
        _ => PgDatum.FromBlob(statement.GetBytes(column).ToArray()),
    };

    private sealed class CodecCollation(PgTypeCodec codec) : ISqliteCollation
    {
        public int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => codec.Compare(left, right);
    }

    private sealed class Session : FunctionContext, ILateralPlanSource
    {
        internal CatalogSnapshot Snapshot { get; set; } = CatalogSnapshot.Initial;

        public override CatalogSnapshot Catalog => Snapshot;

        public override string DatabaseName => "postgres";

        public override string CurrentUser => "postgres";

        public override string SessionUser => "postgres";

        public override int BackendPid => 1;

        public SqlText GetLateralSql(long id) => LateralPlans.GetSql(id);

        public int GetColumnCount(long id) => LateralPlans.GetColumnCount(id);

        public override string? GetSetting(string name, bool missingOk) => null;

        public override string SetSetting(string name, string? value, bool isLocal) => throw new NotSupportedException();

        public override IReadOnlyList<uint> SearchPath(bool includeImplicit) =>
            includeImplicit ? [BuiltInOids.PgCatalogNamespace, BuiltInOids.PublicNamespace] : [BuiltInOids.PublicNamespace];

        public override long CurrentTransactionId() => 1;

        public override long NextValue(uint sequenceOid) => throw new NotSupportedException();

        public override long CurrentValue(uint sequenceOid) => throw new NotSupportedException();

        public override long LastValue() => throw new NotSupportedException();

        public override long SetValue(uint sequenceOid, long value, bool isCalled) => throw new NotSupportedException();

        public override bool AdvisoryLock(Int128 key, bool shared, bool transactionLevel, bool wait) => true;

        public override bool AdvisoryUnlock(Int128 key, bool shared) => true;

        public override void CheckDomain(uint domain, PgDatum value) => throw new NotSupportedException();

        public override void Notice(PgNotice notice)
        {
        }

        public override void CheckForInterrupts()
        {
        }
    }
}
