using Marketplace.Silo;
using Marketplace.Silo.Admin;
using Marketplace.Silo.Start;

if (CommandLine.AsksForHelp(args))
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

if (CommandLine.AsksForVersion(args))
{
    Console.WriteLine(typeof(ServerRun).Assembly.GetName().Version);
    return 0;
}

if (args is ["admin", .. var rest])
{
    return await AdminCommand.Run(rest);
}

return await ServerRun.Run(() => Server.Build(args));
