using Marketplace.Ledger;

await using var output = Console.OpenStandardOutput();
return await new LedgerCommand(StoreLogs.Open, output, Console.Error).Run(args, CancellationToken.None);
