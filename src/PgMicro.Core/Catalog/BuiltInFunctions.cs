namespace PgMicro.Core.Catalog;

/// <summary>OIDs of functions that the catalog itself refers to.</summary>
public static class BuiltInFunctions
{
#pragma warning disable CS1591 // the names are pg_proc's
    public const uint ArraySubscriptHandler = 6179, RawArraySubscriptHandler = 6180;
    public const uint ArrayIn = 750, ArrayOut = 751, ArrayRecv = 2400, ArraySend = 2401, ArrayTypanalyze = 3816;
    public const uint EnumIn = 3506, EnumOut = 3507, EnumRecv = 3532, EnumSend = 3533;
    public const uint RecordIn = 2290, RecordOut = 2291, RecordRecv = 2402, RecordSend = 2403;
    public const uint DomainIn = 2597, DomainRecv = 2598;
    public const uint SatisfiesHashPartition = 5028;
#pragma warning restore CS1591
}
