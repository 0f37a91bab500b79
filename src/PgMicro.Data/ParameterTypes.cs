using Npgsql;
using NpgsqlTypes;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Types;

namespace PgMicro.Data;

/// <summary>The pg_type OIDs of a connection's parameters.</summary>
internal sealed class ParameterTypes
{
    private readonly Dictionary<string, uint> _byName = new(StringComparer.Ordinal);
    private CatalogSnapshot? _catalog;

    /// <summary>The type of a parameter; 0 when the engine is to infer it.</summary>
    internal uint Oid(PgSession session, NpgsqlParameter parameter)
    {
        if (DeclaredTypes.OfValue(parameter) is not 0 and var known)
        {
            return known;
        }

        var type = parameter.NpgsqlDbType;
        if (type != NpgsqlDbType.Unknown)
        {
            var oid = (type & NpgsqlDbType.Array) != 0 && (type & ~NpgsqlDbType.Array) is var element && Scalar(element) is > 0 and var scalar
                ? session.Catalog.ArrayTypeOf(scalar)
                : Scalar(type);
            if (oid != 0)
            {
                return oid;
            }
        }

        return parameter.DataTypeName is { } name && name != "unknown" ? ByName(session, name)
            : type != NpgsqlDbType.Unknown ? 0 : OfValue(session, parameter);
    }

    /// <summary>The type of a value that its parameter has no type for.</summary>
    private static uint OfValue(PgSession session, NpgsqlParameter parameter)
    {
        switch (parameter.Value)
        {
            case null when !parameter.GetType().IsGenericType:
                throw new InvalidOperationException(
                    $"Parameter '{parameter.ParameterName}' must have either its DbType, NpgsqlDbType, DataTypeName or its Value set.");
            case null or DBNull or string:
                return 0;
            case Array { Rank: > 1 } array:
                return OfElement(session, array.GetType().GetElementType()!);
            case var value:
                return Scalar(new NpgsqlParameter { Value = value }.NpgsqlDbType);
        }
    }

    /// <summary>The array type for arrays of several dimensions, which Npgsql infers no type for.</summary>
    private static uint OfElement(PgSession session, Type element)
    {
        var type = new NpgsqlParameter { Value = Array.CreateInstance(element, 1) }.NpgsqlDbType;
        return Scalar(type & ~NpgsqlDbType.Array) is > 0 and var scalar ? session.Catalog.ArrayTypeOf(scalar) : 0;
    }

    private static uint Scalar(NpgsqlDbType type) => type switch
    {
        NpgsqlDbType.Boolean => TypeOid.Bool,
        NpgsqlDbType.Smallint => TypeOid.Int2,
        NpgsqlDbType.Integer => TypeOid.Int4,
        NpgsqlDbType.Bigint => TypeOid.Int8,
        NpgsqlDbType.Real => TypeOid.Float4,
        NpgsqlDbType.Double => TypeOid.Float8,
        NpgsqlDbType.Numeric => TypeOid.Numeric,
        NpgsqlDbType.Text => TypeOid.Text,
        NpgsqlDbType.Varchar => TypeOid.Varchar,
        NpgsqlDbType.Char => TypeOid.Bpchar,
        NpgsqlDbType.Name => TypeOid.Name,
        NpgsqlDbType.InternalChar => TypeOid.Char,
        NpgsqlDbType.Bytea => TypeOid.Bytea,
        NpgsqlDbType.Uuid => TypeOid.Uuid,
        NpgsqlDbType.Date => TypeOid.Date,
        NpgsqlDbType.Time => TypeOid.Time,
        NpgsqlDbType.TimeTz => TypeOid.Timetz,
        NpgsqlDbType.Timestamp => TypeOid.Timestamp,
        NpgsqlDbType.TimestampTz => TypeOid.Timestamptz,
        NpgsqlDbType.Interval => TypeOid.Interval,
        NpgsqlDbType.Json => TypeOid.Json,
        NpgsqlDbType.Jsonb => TypeOid.Jsonb,
        NpgsqlDbType.Xml => TypeOid.Xml,
        NpgsqlDbType.Oid => TypeOid.Oid,
        NpgsqlDbType.Xid => TypeOid.Xid,
        NpgsqlDbType.Xid8 => TypeOid.Xid8,
        NpgsqlDbType.Cid => TypeOid.Cid,
        NpgsqlDbType.Regtype => TypeOid.Regtype,
        NpgsqlDbType.Regconfig => TypeOid.RegConfig,
        NpgsqlDbType.Refcursor => TypeOid.Refcursor,
        _ => 0,
    };

    private uint ByName(PgSession session, string name)
    {
        if (!ReferenceEquals(_catalog, session.Catalog))
        {
            _byName.Clear();
            _catalog = session.Catalog;
        }

        if (!_byName.TryGetValue(name, out var oid))
        {
            oid = Find(session, name);
            _byName.Add(name, oid);
        }

        return oid;
    }

    private static uint Find(PgSession session, string name)
    {
        var array = name.EndsWith("[]", StringComparison.Ordinal);
        var plain = array ? name[..^2] : name;
        var dot = plain.IndexOf('.');
        if (dot > 0 && session.Catalog.FindNamespace(plain[..dot]) is { } schema && session.Catalog.FindType(plain[(dot + 1)..], schema.oid) is { } qualified)
        {
            return array ? qualified.typarray : qualified.oid;
        }

        foreach (var candidate in session.SearchPath(includeImplicit: true))
        {
            if (session.Catalog.FindType(plain, candidate) is { } found)
            {
                return array ? found.typarray : found.oid;
            }
        }

        // SQL spellings such as "timestamp with time zone" and quoted names are the grammar's business.
        try
        {
            return session.Prepare(session.Parse($"SELECT NULL::{name}")[0], []).Columns![0].TypeOid;
        }
        catch (PgException e) when (e.SqlState == SqlState.UndefinedObject)
        {
            throw new NotSupportedException($"The database has no type named '{name}'.", e);
        }
    }
}
