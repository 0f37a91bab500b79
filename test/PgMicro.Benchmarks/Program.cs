using PgMicro.Benchmarks.Running;
using PgMicro.Benchmarks.Scenarios;

// Options: --only point,rows …  --subjects raw,ado …  --postgres "Host=…"  --rounds N  --rows N  --quick  --durable  --report FILE
SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());
using var run = new BenchmarkRun(args);
run.Run([PointSelect.Kept, PointSelect.Opened, Rows.Scenario, Contention.Writers, Contention.Reader, Insert.Scenario, SaveChanges.Scenario, Joins.Scenario, .. FirstSeen.All, .. Creation.All, .. Aggregates.All]);
