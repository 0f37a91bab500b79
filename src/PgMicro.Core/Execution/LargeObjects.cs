using System.Runtime.CompilerServices;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>Large objects (manual: "Large Objects"): pages of 2 kB in a table of the file, written in the transaction's own way.</summary>
internal static class LargeObjects
{
    /// <summary>pg_largeobject, the class of large objects in pg_description and pg_depend.</summary>
    internal const uint RelationOid = 2613;

    private const int PageSize = 2048;
    private const int ReadFlag = 0x40000, WriteFlag = 0x20000;
    private const long MaxSize = (long)int.MaxValue * PageSize;

    private static readonly ConditionalWeakTable<Transaction, List<Descriptor?>> Descriptors = [];
    private static readonly SqlText ReadPages = new("SELECT pageno, data FROM pgmicro_largeobject WHERE loid = ?1 AND pageno BETWEEN ?2 AND ?3 ORDER BY pageno");
    private static readonly SqlText LastPage = new("SELECT pageno * 2048 + length(data) FROM pgmicro_largeobject WHERE loid = ?1 ORDER BY pageno DESC LIMIT 1");
    private static readonly SqlText WritePage = new("INSERT OR REPLACE INTO pgmicro_largeobject (loid, pageno, data) VALUES (?1, ?2, ?3)");
    private static readonly SqlText DeletePages = new("DELETE FROM pgmicro_largeobject WHERE loid = ?1 AND pageno >= ?2");

    /// <summary>The call of a query that changes large objects, as "cannot execute … in a read-only transaction" names it; null when there is none.</summary>
    internal static string? WritingCall(BoundQuery query, CatalogSnapshot catalog)
    {
        var finder = new Finder(catalog);
        finder.Visit(query);
        return finder.Found;
    }

    [PgFunction("lo_create(oid)")]
    public static uint Create(FunctionContext context, uint oid)
    {
        var session = (PgSession)context;
        var builder = session.Transaction.ChangeCatalog();
        if (oid == 0)
        {
            oid = builder.NewOid();
        }
        else if (builder.Snapshot.Find(PgLargeobjectMetadata.Relation, new(oid)) is not null)
        {
            throw new PgException(SqlState.UniqueViolation, "duplicate key value violates unique constraint \"pg_largeobject_metadata_oid_index\"")
            {
                Detail = $"Key (oid)=({oid}) already exists.",
                SchemaName = "pg_catalog",
                TableName = "pg_largeobject_metadata",
                ConstraintName = "pg_largeobject_metadata_oid_index",
            };
        }

        builder.Put(new PgLargeobjectMetadata { oid = oid, lomowner = session.Catalog.FindRole(session.CurrentUser)?.oid ?? BuiltInOids.BootstrapSuperuser });
        return oid;
    }

    [PgFunction("lo_creat(integer)")]
    public static uint Creat(FunctionContext context, int mode) => Create(context, 0);

    [PgFunction("lo_unlink(oid)")]
    public static int Unlink(FunctionContext context, uint oid)
    {
        var session = (PgSession)context;
        var row = Require(session, oid);
        if (session.Catalog.FindRole(session.CurrentUser) is { } role && !RoleMembership.HasPrivilegesOf(session.Catalog, role.oid, row.lomowner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"must be owner of large object {oid}");
        }

        var builder = session.Transaction.ChangeCatalog();
        CatalogRemoval.Remove(builder, new ObjectAddress(RelationOid, oid));
        builder.Delete(row);
        Delete(session, oid, 0);
        if (Descriptors.TryGetValue(session.Transaction, out var open))
        {
            for (var i = 0; i < open.Count; i++)
            {
                open[i] = open[i]?.Oid == oid ? null : open[i];
            }
        }

        return 1;
    }

    [PgFunction("lo_from_bytea(oid,bytea)")]
    public static uint FromBytes(FunctionContext context, uint oid, byte[] bytes)
    {
        oid = Create(context, oid);
        Write((PgSession)context, oid, 0, bytes);
        return oid;
    }

    [PgFunction("lo_get(oid)")]
    public static byte[] Get(FunctionContext context, uint oid)
    {
        var session = (PgSession)context;
        RequirePrivilege(session, Require(session, oid), AclMode.Select);
        return Read(session, oid, 0, Size(session, oid));
    }

    [PgFunction("lo_get(oid,bigint,integer)")]
    public static byte[] Get(FunctionContext context, uint oid, long offset, int count)
    {
        var session = (PgSession)context;
        if (count < 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, "requested length cannot be negative");
        }

        RequirePrivilege(session, Require(session, oid), AclMode.Select);
        return Read(session, oid, Target(offset), count);
    }

    [PgFunction("lo_put(oid,bigint,bytea)")]
    public static void Put(FunctionContext context, uint oid, long offset, byte[] bytes)
    {
        var session = (PgSession)context;
        RequirePrivilege(session, Require(session, oid), AclMode.Update);
        Write(session, oid, Target(offset), bytes);
    }

    [PgFunction("lo_import(text)")]
    public static uint Import(FunctionContext context, string path) => Import(context, path, 0);

    [PgFunction("lo_import(text,oid)")]
    public static uint Import(FunctionContext context, string path, uint oid)
    {
        RequireSuperuser((PgSession)context, "lo_import");
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused("open", path, e);
        }

        return FromBytes(context, oid, bytes);
    }

    [PgFunction("lo_export(oid,text)")]
    public static int Export(FunctionContext context, uint oid, string path)
    {
        RequireSuperuser((PgSession)context, "lo_export");
        var bytes = Get(context, oid);
        try
        {
            File.WriteAllBytes(path, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused("create", path, e);
        }

        return 1;
    }

    // ---- descriptors, which end with their transaction ----

    [PgFunction("lo_open(oid,integer)")]
    public static int Open(FunctionContext context, uint oid, int flags)
    {
        var session = (PgSession)context;
        if ((flags & (ReadFlag | WriteFlag)) == 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"invalid flags for opening a large object: {flags}");
        }

        var writes = (flags & WriteFlag) != 0;
        if (writes && session.Transaction.ReadOnly)
        {
            throw new PgException(SqlState.ReadOnlySqlTransaction, "cannot execute lo_open(INV_WRITE) in a read-only transaction");
        }

        var row = Require(session, oid);
        if ((flags & ReadFlag) != 0)
        {
            RequirePrivilege(session, row, AclMode.Select);
        }

        if (writes)
        {
            RequirePrivilege(session, row, AclMode.Update);
        }

        var list = Descriptors.GetOrCreateValue(session.Transaction);
        var free = list.IndexOf(null);
        if (free < 0)
        {
            free = list.Count;
            list.Add(null);
        }

        list[free] = new Descriptor(oid, writes);
        return free;
    }

    [PgFunction("lo_close(integer)")]
    public static int Close(FunctionContext context, int descriptor)
    {
        Find(context, descriptor);
        Descriptors.GetOrCreateValue(((PgSession)context).Transaction)[descriptor] = null;
        return 0;
    }

    [PgFunction("loread(integer,integer)")]
    public static byte[] LoRead(FunctionContext context, int descriptor, int count)
    {
        var open = Find(context, descriptor);
        var bytes = Read((PgSession)context, open.Oid, open.Position, Math.Max(count, 0));
        open.Position += bytes.Length;
        return bytes;
    }

    [PgFunction("lowrite(integer,bytea)")]
    public static int LoWrite(FunctionContext context, int descriptor, byte[] bytes)
    {
        var open = Writable(context, descriptor);
        Write((PgSession)context, open.Oid, open.Position, bytes);
        open.Position += bytes.Length;
        return bytes.Length;
    }

    [PgFunction("lo_lseek(integer,integer,integer)")]
    public static int Seek(FunctionContext context, int descriptor, int offset, int whence) => Narrow(Seek64(context, descriptor, offset, whence), "lo_lseek", descriptor);

    [PgFunction("lo_lseek64(integer,bigint,integer)")]
    public static long Seek64(FunctionContext context, int descriptor, long offset, int whence)
    {
        var open = Find(context, descriptor);
        return open.Position = Target(whence switch
        {
            0 => offset,
            1 => open.Position + offset,
            2 => Size((PgSession)context, open.Oid) + offset,
            _ => throw new PgException(SqlState.InvalidParameterValue, $"invalid whence setting: {whence}"),
        });
    }

    [PgFunction("lo_tell(integer)")]
    public static int Tell(FunctionContext context, int descriptor) => Narrow(Find(context, descriptor).Position, "lo_tell", descriptor);

    [PgFunction("lo_tell64(integer)")]
    public static long Tell64(FunctionContext context, int descriptor) => Find(context, descriptor).Position;

    [PgFunction("lo_truncate(integer,integer)")]
    public static int Truncate(FunctionContext context, int descriptor, int length) => Truncate64(context, descriptor, length);

    [PgFunction("lo_truncate64(integer,bigint)")]
    public static int Truncate64(FunctionContext context, int descriptor, long length)
    {
        var open = Writable(context, descriptor);
        if (length is < 0 or > MaxSize)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"invalid large object truncation target: {length}");
        }

        var session = (PgSession)context;
        var rest = Read(session, open.Oid, length / PageSize * PageSize, (int)(length % PageSize));
        session.Transaction.ChangeCatalog();
        Delete(session, open.Oid, length / PageSize);
        Array.Resize(ref rest, (int)(length % PageSize));
        Write(session, open.Oid, length / PageSize * PageSize, rest);
        return 0;
    }

    // ---- pages ----

    private static long Size(PgSession session, uint oid)
    {
        var statement = session.Connection.Rent(LastPage);
        try
        {
            statement.BindInt64(1, oid);
            return statement.Step() ? statement.GetInt64(0) : 0;
        }
        finally
        {
            session.Connection.Return(statement);
        }
    }

    private static byte[] Read(PgSession session, uint oid, long offset, long count)
    {
        var length = Math.Min(count, Size(session, oid) - offset);
        if (length <= 0)
        {
            return [];
        }

        if (length > Array.MaxLength)
        {
            throw new PgException(SqlState.ProgramLimitExceeded, "large object read request is too large");
        }

        // What no page has is zero.
        var result = new byte[length];
        var statement = session.Connection.Rent(ReadPages);
        try
        {
            statement.BindInt64(1, oid);
            statement.BindInt64(2, offset / PageSize);
            statement.BindInt64(3, (offset + length - 1) / PageSize);
            while (statement.Step())
            {
                var start = (statement.GetInt64(0) * PageSize) - offset;
                var data = statement.GetBytes(1);
                if (start < 0)
                {
                    data = data.Length <= -start ? default : data[(int)-start..];
                    start = 0;
                }

                data[..(int)Math.Min(data.Length, length - start)].CopyTo(result.AsSpan((int)start));
            }
        }
        finally
        {
            session.Connection.Return(statement);
        }

        return result;
    }

    private static void Write(PgSession session, uint oid, long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset + bytes.Length > MaxSize)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"invalid large object write request size: {bytes.Length}");
        }

        // A transaction that writes here is not one whose rows could be taken out of the file.
        session.Transaction.ChangeCatalog();
        while (bytes.Length > 0)
        {
            var (page, start) = (offset / PageSize, (int)(offset % PageSize));
            var count = Math.Min(bytes.Length, PageSize - start);
            var old = start == 0 && count == PageSize ? [] : Page(session, oid, page);
            var data = new byte[Math.Max(old.Length, start + count)];
            old.CopyTo(data, 0);
            bytes[..count].CopyTo(data.AsSpan(start));
            var statement = session.Connection.Rent(WritePage);
            try
            {
                statement.BindInt64(1, oid);
                statement.BindInt64(2, page);
                statement.BindBlob(3, data);
                statement.ExecuteNonQuery();
            }
            finally
            {
                session.Connection.Return(statement);
            }

            bytes = bytes[count..];
            offset += count;
        }
    }

    private static byte[] Page(PgSession session, uint oid, long page)
    {
        var statement = session.Connection.Rent(ReadPages);
        try
        {
            statement.BindInt64(1, oid);
            statement.BindInt64(2, page);
            statement.BindInt64(3, page);
            return statement.Step() ? statement.GetBytes(1).ToArray() : [];
        }
        finally
        {
            session.Connection.Return(statement);
        }
    }

    private static void Delete(PgSession session, uint oid, long firstPage)
    {
        var statement = session.Connection.Rent(DeletePages);
        try
        {
            statement.BindInt64(1, oid);
            statement.BindInt64(2, firstPage);
            statement.ExecuteNonQuery();
        }
        finally
        {
            session.Connection.Return(statement);
        }
    }

    // ---- checks ----

    private static long Target(long offset) =>
        offset is >= 0 and <= MaxSize ? offset : throw new PgException(SqlState.InvalidParameterValue, $"invalid large object seek target: {offset}");

    private static int Narrow(long value, string function, int descriptor) => value == (int)value
        ? (int)value
        : throw new PgException(SqlState.NumericValueOutOfRange, $"{function} result out of range for large-object descriptor {descriptor}");

    private static PgLargeobjectMetadata Require(PgSession session, uint oid) =>
        session.Catalog.Find(PgLargeobjectMetadata.Relation, new(oid)) ?? throw new PgException(SqlState.UndefinedObject, $"large object {oid} does not exist");

    private static void RequirePrivilege(PgSession session, PgLargeobjectMetadata row, AclMode mode)
    {
        if (session.Catalog.FindRole(session.CurrentUser) is { rolsuper: false } role
            && PrivilegeCheck.OnList(session.Catalog, 'L', row.lomacl, row.lomowner, role.oid, mode) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for large object {row.oid}");
        }
    }

    private static void RequireSuperuser(PgSession session, string function)
    {
        if (session.Catalog.FindRole(session.CurrentUser) is { rolsuper: false })
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for function {function}");
        }
    }

    private static PgException Refused(string what, string path, Exception e) => e is FileNotFoundException or DirectoryNotFoundException
        ? new PgException("58P01", $"could not {what} server file \"{path}\": No such file or directory", e)
        : e is UnauthorizedAccessException && Directory.Exists(path)
            ? new PgException(SqlState.WrongObjectType, $"could not {what} server file \"{path}\": Is a directory", e)
            : new PgException(SqlState.InsufficientPrivilege, $"could not {what} server file \"{path}\": Permission denied", e);

    private static Descriptor Find(FunctionContext context, int descriptor) =>
        Descriptors.TryGetValue(((PgSession)context).Transaction, out var list) && (uint)descriptor < (uint)list.Count && list[descriptor] is { } found
            ? found
            : throw new PgException(SqlState.UndefinedObject, $"invalid large-object descriptor: {descriptor}");

    private static Descriptor Writable(FunctionContext context, int descriptor)
    {
        var open = Find(context, descriptor);
        return open.Writes ? open : throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"large object descriptor {descriptor} was not opened for writing");
    }

    private sealed class Descriptor(uint oid, bool writes)
    {
        internal uint Oid => oid;

        internal bool Writes => writes;

        internal long Position { get; set; }
    }

    private sealed class Finder(CatalogSnapshot catalog) : BoundTreeWalker
    {
        internal string? Found { get; private set; }

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundFuncExpr call && catalog.Proc(call.FuncId) is { pronamespace: BuiltInOids.PgCatalogNamespace } proc
                && proc.proname is "lo_create" or "lo_creat" or "lo_unlink" or "lo_from_bytea" or "lo_put" or "lo_import" or "lowrite" or "lo_truncate" or "lo_truncate64")
            {
                Found = proc.proname + "()";
            }

            base.VisitExpr(expr);
        }
    }
}
