namespace Marketplace.Silo.Demo;

/// <summary>Prints on the console where things are and which commands to try first.</summary>
internal static class DemoBanner
{
    public static void Write(DemoDocument demo, string folder)
    {
        var made = demo.Clients.Where(client => client.New).ToArray();
        Console.WriteLine(
            $"""

            Marketplace is running (demo mode).
              API        {demo.BaseAddress}            documentation {demo.BaseAddress}/docs
              Dashboard  {demo.Dashboard}   sign in with the operator client
              Metrics    {demo.BaseAddress}/metrics    health {demo.BaseAddress}/health/ready
              Data       {folder}
            """
        );
        if (made.Length > 0)
        {
            Console.WriteLine("\nOAuth clients were made now. Their secrets are shown this once and kept in demo.json:");
            foreach (var client in made)
            {
                Console.WriteLine($"  {client.Role, -14} {client.Id, -24} {client.Secret}");
            }
        }

        Console.WriteLine(
            $"""

            A call that returns real data:
              {Curl(demo, folder, "order-pilot", "shenzhen-lamp/order-pilot", "/open/v1/orders?limit=2")}

            A call that is refused, and says why:
              {Curl(demo, folder, "sales-board", "hangzhou-silk/sales-board", "/open/v1/orders")}

            """
        );
    }

    private static string Curl(DemoDocument demo, string folder, string plugin, string installation, string path)
    {
        var client = demo.Clients.Single(known => known.Plugin == plugin);
        // The secret is printed once, in the list above; the command to paste reads it from demo.json unless it is new.
        var secret = client.New
            ? client.Secret
            : $"$(grep -A1 '\"{client.Id}\"' {folder}/demo.json | sed -n 's/.*\"secret\": \"\\(.*\\)\".*/\\1/p')";
        return $"""
            TOKEN=$(curl -s {demo.TokenEndpoint} -d grant_type=client_credentials -d client_id={client.Id} -d client_secret={secret} -d installation={installation} | sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p')
              curl -si "{demo.BaseAddress}{path}" -H "Authorization: Bearer $TOKEN"
            """;
    }
}
