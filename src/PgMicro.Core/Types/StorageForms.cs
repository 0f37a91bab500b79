namespace PgMicro.Core.Types;

/// <summary>Which types keep their values in one form in SQLite, so that a value of one can be taken as the other.</summary>
public static class StorageForms
{
    /// <summary>Whether every value of one type is one of the other as it stands.</summary>
    public static bool AreSame(PgTypeCodec a, PgTypeCodec b) => Form(a) == Form(b);

    // The type that stands for its form.
    private static uint Form(PgTypeCodec codec) => codec.FormOid switch
    {
        TypeOid.Varchar or TypeOid.Json or TypeOid.Xml or TypeOid.Refcursor => TypeOid.Text,
        TypeOid.Regproc or TypeOid.Regprocedure or TypeOid.Regoper or TypeOid.Regoperator or TypeOid.Regclass or TypeOid.RegCollation or TypeOid.Regtype
            or TypeOid.RegRole or TypeOid.RegNamespace or TypeOid.RegConfig or TypeOid.RegDictionary => TypeOid.Oid,
        var own => own,
    };
}
