using PgMicro.Cli;

return await PgMicroCommand.Create().Parse(args).InvokeAsync();
