// Runs a stock OAuth client library (openid-client) against a running marketplace in demo mode: discovery, authorization code with PKCE,
// refresh, replayed refresh, revocation, token exchange; what each gives is tried on a real call. Prints one line a step; exits 1 at the
// first that is not as it must be.
import assert from 'node:assert/strict';
import { Issuer, generators, errors } from 'openid-client';

const { base, plugin, sellerCenter, seller } = JSON.parse(process.env.MARKETPLACE);
const installation = `${seller}/${plugin.plugin}`;

const step = (text) => console.log(`ok ${text}`);

const orders = async (token) => {
  const answer = await fetch(`${base}/open/v1/orders`, { headers: { authorization: `Bearer ${token}` } });
  return `${answer.status} ${(await answer.json()).code ?? 'served'}`;
};

const isRefused = (promise, error) => assert.rejects(promise, (e) => e instanceof errors.OPError && e.error === error);

// --- a browser without scripts: cookies, forms, redirects one at a time -------------------------------------------------------------

const cookies = new Map();
const decode = (text) =>
  text.replace(/&#x([0-9A-F]+);/g, (_, code) => String.fromCodePoint(parseInt(code, 16))).replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');

const browse = async (address, form) => {
  const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  if (form) {
    headers.origin = new URL(base).origin;
  }
  const answer = await fetch(new URL(address, base), {
    method: form ? 'POST' : 'GET', headers, body: form && new URLSearchParams(form), redirect: 'manual',
  });
  for (const cookie of answer.headers.getSetCookie?.() ?? [answer.headers.get('set-cookie')].filter(Boolean)) {
    const [name, value] = cookie.split(';')[0].split(/=(.*)/s);
    cookies.set(name, value);
  }
  return { status: answer.status, location: answer.headers.get('location'), page: await answer.text() };
};

const attribute = (tag, name) => decode(tag.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? '');

// What a browser would send: hidden fields, and ticked boxes that are not disabled.
const formOf = (page, more) => [
  ...[...page.matchAll(/<input [^>]*>/g)].map(([tag]) => tag)
    .filter((tag) => attribute(tag, 'name') !== ''
      && (attribute(tag, 'type') === 'hidden' || (attribute(tag, 'type') === 'checkbox' && / checked/.test(tag) && !/ disabled/.test(tag))))
    .map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')]),
  ...Object.entries(more),
];

const consent = async (address) => {
  let at = await browse(address);
  if (at.status === 303) {
    const signIn = await browse(at.location);
    const handOver = await browse('/demo/issuer/sign-in', formOf(signIn.page, { seller, user: 'li-lei', role: 'owner' }));
    const signedIn = await browse('/connect/sign-in', formOf(handOver.page, {}));
    at = await browse(signedIn.location);
  }
  assert.equal(at.status, 200, at.page);
  let back = await browse('/connect/authorize', formOf(at.page, { decision: 'accept' }));
  if (back.status === 200) {
    // More than the minimal scopes: confirmed on a second page.
    back = await browse('/connect/authorize', formOf(back.page, { decision: 'accept' }));
  }
  assert.match(String(back.location), /[?&]code=/, back.page);
  return back.location;
};

// --- the flows ----------------------------------------------------------------------------------------------------------------------

const issuer = await Issuer.discover(base);
assert.deepEqual(issuer.code_challenge_methods_supported, ['S256']);
assert.ok(issuer.grant_types_supported.includes('urn:ietf:params:oauth:grant-type:token-exchange'));
step('discovery');

const client = new issuer.Client({
  client_id: plugin.id, client_secret: plugin.secret, redirect_uris: [plugin.redirect_uri], response_types: ['code'], token_endpoint_auth_method: 'client_secret_post',
});

const authorize = async () => {
  const [code_verifier, state] = [generators.codeVerifier(), generators.state()];
  const address = client.authorizationUrl({
    scope: '', seller, state, code_challenge: generators.codeChallenge(code_verifier), code_challenge_method: 'S256',
  });
  const parameters = client.callbackParams(await consent(address));
  return { parameters, checks: { code_verifier, state, response_type: 'code' } };
};

const { parameters, checks } = await authorize();
await isRefused(client.oauthCallback(plugin.redirect_uri, { ...parameters }, { ...checks, code_verifier: generators.codeVerifier() }), 'invalid_grant');
const first = await client.oauthCallback(plugin.redirect_uri, parameters, checks);
assert.equal(first.installation, installation);
assert.ok(first.refresh_expires_in > 0 && first.expires_in > 0 && first.scope.includes('orders.read'));
assert.equal(await orders(first.access_token), '200 served');
step('code flow with PKCE');

const second = await client.refresh(first.refresh_token);
assert.notEqual(second.refresh_token, first.refresh_token);
assert.equal(await orders(second.access_token), '200 served');
step('refresh');

const again = await client.refresh(first.refresh_token);
assert.equal(await orders(again.access_token), '200 served');
step('replayed refresh before the successor was used');

const third = await client.refresh(second.refresh_token);
assert.equal(await orders(third.access_token), '200 served');
await isRefused(client.refresh(first.refresh_token), 'invalid_grant');
await isRefused(client.refresh(third.refresh_token), 'invalid_grant');
for (const tokens of [first, second, again, third]) {
  assert.equal(await orders(tokens.access_token), '401 token-revoked');
}
step('replayed refresh after the successor was used');

const other = await authorize();
const fresh = await client.oauthCallback(plugin.redirect_uri, other.parameters, other.checks);
assert.equal(await orders(fresh.access_token), '200 served');
assert.equal((await client.introspect(fresh.access_token)).active, true);
await client.revoke(fresh.access_token, 'access_token');
assert.equal(await orders(fresh.access_token), '401 token-revoked');
const refreshed = await client.refresh(fresh.refresh_token);
await client.revoke(refreshed.refresh_token, 'refresh_token');
assert.equal(await orders(refreshed.access_token), '401 token-revoked');
assert.equal((await client.introspect(refreshed.access_token)).active, false);
await isRefused(client.refresh(refreshed.refresh_token), 'invalid_grant');
await isRefused(client.oauthCallback(plugin.redirect_uri, other.parameters, other.checks), 'invalid_grant');
step('revocation');

const center = new issuer.Client({ client_id: sellerCenter.id, client_secret: sellerCenter.secret, token_endpoint_auth_method: 'client_secret_post' });
const own = await center.grant({ grant_type: 'client_credentials' });
const subject = await fetch(`${base}/demo/v1/subject-token`, {
  method: 'POST',
  headers: { authorization: `Bearer ${own.access_token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ seller, user: 'li-lei', role: 'owner' }),
});
const { subject_token, subject_token_type } = await subject.json();
const exchange = (token) => center.grant({ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: token, subject_token_type });
const user = await exchange(subject_token);
assert.equal(user.issued_token_type, 'urn:ietf:params:oauth:token-type:access_token');
const read = async (path) => (await fetch(`${base}/seller/v1/installations/${path}`, { headers: { authorization: `Bearer ${user.access_token}` } })).status;
assert.equal(await read(installation), 200);
assert.equal(await read(`another-shop/${plugin.plugin}`), 404);
await isRefused(exchange(`${subject_token}x`), 'invalid_request');
await isRefused(exchange(user.access_token), 'invalid_request');
step('token exchange');
