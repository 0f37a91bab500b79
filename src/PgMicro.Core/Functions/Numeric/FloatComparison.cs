namespace PgMicro.Core.Functions.Numeric;

/// <summary>Comparison of real and double precision: NaN is stored as text, which SQLite sorts last as PostgreSQL does.</summary>
internal static class FloatComparison
{
    [PgFunction("float4eq(real,real)", Sqlite = "({0} = {1})")]
    [PgFunction("float8eq(float8,float8)", Sqlite = "({0} = {1})")]
    [PgFunction("float48eq(real,float8)", Sqlite = "({0} = {1})")]
    [PgFunction("float84eq(float8,real)", Sqlite = "({0} = {1})")]
    public static bool Eq(double left, double right) => Compare(left, right) == 0;

    [PgFunction("float4ne(real,real)", Sqlite = "({0} <> {1})")]
    [PgFunction("float8ne(float8,float8)", Sqlite = "({0} <> {1})")]
    [PgFunction("float48ne(real,float8)", Sqlite = "({0} <> {1})")]
    [PgFunction("float84ne(float8,real)", Sqlite = "({0} <> {1})")]
    public static bool Ne(double left, double right) => Compare(left, right) != 0;

    [PgFunction("float4lt(real,real)", Sqlite = "({0} < {1})")]
    [PgFunction("float8lt(float8,float8)", Sqlite = "({0} < {1})")]
    [PgFunction("float48lt(real,float8)", Sqlite = "({0} < {1})")]
    [PgFunction("float84lt(float8,real)", Sqlite = "({0} < {1})")]
    public static bool Lt(double left, double right) => Compare(left, right) < 0;

    [PgFunction("float4le(real,real)", Sqlite = "({0} <= {1})")]
    [PgFunction("float8le(float8,float8)", Sqlite = "({0} <= {1})")]
    [PgFunction("float48le(real,float8)", Sqlite = "({0} <= {1})")]
    [PgFunction("float84le(float8,real)", Sqlite = "({0} <= {1})")]
    public static bool Le(double left, double right) => Compare(left, right) <= 0;

    [PgFunction("float4gt(real,real)", Sqlite = "({0} > {1})")]
    [PgFunction("float8gt(float8,float8)", Sqlite = "({0} > {1})")]
    [PgFunction("float48gt(real,float8)", Sqlite = "({0} > {1})")]
    [PgFunction("float84gt(float8,real)", Sqlite = "({0} > {1})")]
    public static bool Gt(double left, double right) => Compare(left, right) > 0;

    [PgFunction("float4ge(real,real)", Sqlite = "({0} >= {1})")]
    [PgFunction("float8ge(float8,float8)", Sqlite = "({0} >= {1})")]
    [PgFunction("float48ge(real,float8)", Sqlite = "({0} >= {1})")]
    [PgFunction("float84ge(float8,real)", Sqlite = "({0} >= {1})")]
    public static bool Ge(double left, double right) => Compare(left, right) >= 0;

    [PgFunction("btfloat4cmp(real,real)")]
    [PgFunction("btfloat8cmp(float8,float8)")]
    [PgFunction("btfloat48cmp(real,float8)")]
    [PgFunction("btfloat84cmp(float8,real)")]
    public static int Compare(double left, double right) =>
        double.IsNaN(left) ? double.IsNaN(right) ? 0 : 1 : double.IsNaN(right) ? -1 : left < right ? -1 : left > right ? 1 : 0;

    [PgFunction("float4larger(real,real)")]
    [PgFunction("float8larger(float8,float8)")]
    public static double Larger(double left, double right) => Compare(left, right) > 0 ? left : right;

    [PgFunction("float4smaller(real,real)")]
    [PgFunction("float8smaller(float8,float8)")]
    public static double Smaller(double left, double right) => Compare(left, right) < 0 ? left : right;
}
