// Calls the marketplace with the types that openapi-typescript made of its document: a token, a read, a page, a write with a key, a refusal,
// a seller's view, an event of the platform. What is printed is read by the test.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

declare const process: { env: Record<string, string | undefined>; exitCode?: number };

const base = need("BASE");
const client = createClient<paths>({ baseUrl: base });

function need(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

async function token(id: string, secret: string, installation?: string): Promise<{ Authorization: string }> {
  const { data, error } = await client.POST("/connect/token", {
    body: { grant_type: "client_credentials", client_id: id, client_secret: secret, ...(installation ? { installation } : {}) },
    bodySerializer: (body) => new URLSearchParams(body as Record<string, string>),
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  if (!data) throw new Error(`no token for ${id}: ${error?.error}`);
  return { Authorization: `Bearer ${data.access_token}` };
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const installation = need("INSTALLATION");
const [seller, plugin] = installation.split("/") as [string, string];
const asPlugin = await token(need("PLUGIN_ID"), need("PLUGIN_SECRET"), installation);
const asSellerCenter = await token(need("SELLER_CENTER_ID"), need("SELLER_CENTER_SECRET"));
const asPlatform = await token(need("PLATFORM_ID"), need("PLATFORM_SECRET"));

const sent = await client.POST("/platform/v1/events", {
  headers: { ...asPlatform, "Content-Type": "application/cloudevents+json" },
  body: {
    specversion: "1.0", id: `ts-${Date.now()}`, source: "urn:contract:typescript", type: "order.created", subject: "TS-1", time: new Date().toISOString(), seller,
    datacontenttype: "application/json",
    data: { currency: "USD", items: [{ line: 1, product_id: "P-1", quantity: 2, unit_price: 10.5, freight: 1 }], buyer: { country: "DE" } },
  },
});
expect(sent.data?.accepted === 1, `the event was not accepted: ${JSON.stringify(sent.error)}`);

const page = await client.GET("/open/v1/orders", { headers: asPlugin, params: { query: { limit: 2, status: "created" } } });
expect(Array.isArray(page.data?.orders), "no page of orders");
expect(page.response.headers.get("X-Request-Id") !== null, "no request id");

const order = await client.GET("/open/v1/orders/{id}", { headers: asPlugin, params: { path: { id: "TS-1" } } });
expect(order.data?.order_id === "TS-1" && typeof order.data.total === "number", "no order");

const key = { "Idempotency-Key": `ts-${Date.now()}` };
const flag = () => client.POST("/open/v1/orders/{id}/flags", { headers: asPlugin, params: { path: { id: "TS-1" }, header: key }, body: { kind: "late-delivery" } });
const [first, again] = [await flag(), await flag()];
expect(first.data?.seq !== undefined && first.data.seq === again.data?.seq, `the flag was not written once: ${JSON.stringify(first.error)}`);

const missing = await client.GET("/open/v1/orders/{id}", { headers: asPlugin, params: { path: { id: "no-such-order" } } });
expect(missing.error?.code === "order-not-found" && missing.response.status === 404, "no typed refusal");

const seen = await client.GET("/seller/v1/installations/{seller}/{plugin}", { headers: asSellerCenter, params: { path: { seller, plugin } } });
expect(seen.data?.state === "running", "the seller does not see its installation");

console.log("all calls answered as documented");
