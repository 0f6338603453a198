// A plugin's sign-in with a stock OAuth client library (openid-client): prints the address to open in a browser, waits at its own address for the
// browser to come back with the code, redeems it with PKCE and prints the status of a real call with the token.
import { createServer } from 'node:http';
import { Issuer, generators } from 'openid-client';

const { base, plugin, seller } = JSON.parse(process.env.MARKETPLACE);
const redirect = new URL(plugin.redirect_uri);
const issuer = await Issuer.discover(base);
const client = new issuer.Client({
  client_id: plugin.id,
  client_secret: plugin.secret,
  redirect_uris: [plugin.redirect_uri],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_post',
});
const checks = { code_verifier: generators.codeVerifier(), state: generators.state(), response_type: 'code' };

const finish = async (request, response) => {
  const tokens = await client.oauthCallback(plugin.redirect_uri, client.callbackParams(request), checks);
  const answer = await fetch(`${base}/open/v1/orders`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  console.log(answer.status);
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>Plugin</title><p>connected</p>');
};

createServer((request, response) => {
  if (new URL(request.url, redirect).pathname !== redirect.pathname) {
    response.writeHead(404).end();
    return;
  }
  finish(request, response).catch((error) => {
    console.log(error.message);
    response.writeHead(500).end(error.message);
  });
}).listen(Number(redirect.port), redirect.hostname, () => {
  console.log(client.authorizationUrl({
    scope: '',
    redirect_uri: plugin.redirect_uri,
    state: checks.state,
    code_challenge: generators.codeChallenge(checks.code_verifier),
    code_challenge_method: 'S256',
    seller,
  }));
});
