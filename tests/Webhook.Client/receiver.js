// Receives webhooks as a plugin would: v1 by the package standardwebhooks, v1a by node's crypto with a published key. Prints the port it listens on, then
// one line of JSON a request. Answers 204 if every signature that it expects is there, else 400. Ends with its standard input.
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

// { keys: as /.well-known/marketplace-keys lists them, secrets: { path: ["whsec_…"] } }
const { keys, secrets } = JSON.parse(process.env.RECEIVER);

// The fixed beginning of an Ed25519 key in SubjectPublicKeyInfo (RFC 8410).
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

const publicKey = (key) =>
  createPublicKey({ key: Buffer.concat([SPKI, Buffer.from(key.whpk.slice('whpk_'.length), 'base64')]), format: 'der', type: 'spki' });

const isV1 = (secret, body, headers) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};

const isV1a = (body, headers) => {
  const key = keys.find((known) => known.id === headers['marketplace-key']);
  const content = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), body]);
  return key !== undefined && headers['webhook-signature'].split(' ')
    .filter((signature) => signature.startsWith('v1a,'))
    .some((signature) => verify(null, content, publicKey(key), Buffer.from(signature.slice('v1a,'.length), 'base64')));
};

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) {
    parts.push(part);
  }
  const body = Buffer.concat(parts);
  const seen = {
    path: request.url,
    id: request.headers['webhook-id'],
    attempt: request.headers['marketplace-attempt'],
    replay: request.headers['marketplace-replay'],
    type: request.headers['content-type'],
    agent: request.headers['user-agent'],
    v1: secrets[request.url].map((secret) => isV1(secret, body.toString('utf8'), request.headers)),
    v1a: isV1a(body, request.headers),
  };
  console.log(JSON.stringify(seen));
  response.writeHead(seen.v1a && seen.v1.every(Boolean) ? 204 : 400).end();
});

process.stdin.on('end', () => process.exit(0)).resume();
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
