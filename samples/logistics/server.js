// POST /events takes messages, GET /compare shows a comparison of rates, GET /health says whether messages arrive.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { Marketplace, RetryLater } from './marketplace.js';
import { Shipping, TYPES } from './shipping.js';
import { isValid } from './webhook.js';

const MAX_BODY = 1 << 20;

const env = new Map(Object.entries(process.env));
const marketplace = new Marketplace(text('MARKETPLACE_URL'), { id: text('CLIENT_ID'), secret: text('CLIENT_SECRET') });
const settings = { maxDays: number('MAX_DAYS', 7), unitWeightG: number('UNIT_WEIGHT_G', 500) };
const shipping = new Shipping(marketplace, settings, console.log);
const compareKey = env.get('COMPARE_KEY');

const server = createServer((request, response) => {
  answer(request).then(
    ({ status, headers, body }) => response.writeHead(status, headers).end(body),
    (error) => {
      console.error(error);
      response.writeHead(500).end();
    },
  );
});

// Listens first: messages may come before the answer that has the secret, and are put off.
server.listen(number('PORT'), '127.0.0.1', async () => {
  const url = `${text('PUBLIC_URL').replace(/\/+$/, '')}/events`;
  await marketplace.subscribe(url, TYPES);
  console.log(`Events arrive at ${url}.`);
});

async function answer(request) {
  const url = new URL(request.url, 'http://localhost');
  switch (`${request.method} ${url.pathname}`) {
    case 'POST /events':
      return receive(request);
    case 'GET /compare':
      return compare(request, url.searchParams);
    case 'GET /health':
      return { status: marketplace.secret === undefined ? 503 : 200 };
    default:
      return { status: 404 };
  }
}

// Answers when the work is done, so that what failed comes again.
async function receive(request) {
  if (marketplace.secret === undefined) {
    return later(1);
  }

  const body = await read(request);
  if (body === undefined) {
    return { status: 413, headers: { connection: 'close' } };
  }
  if (!isValid(marketplace.secret, request.headers, body)) {
    return { status: 401 };
  }

  try {
    await shipping.handle(JSON.parse(body.toString('utf8')));
    return { status: 204 };
  } catch (error) {
    return laterOrThrow(error);
  }
}

// A comparison is a counted call of the seller's, so it is shown to holders of COMPARE_KEY alone.
async function compare(request, query) {
  if (compareKey === undefined || !isSame(request.headers.authorization ?? '', `Bearer ${compareKey}`)) {
    return { status: 401 };
  }

  const [installation, order] = [query.get('installation') ?? '', query.get('order') ?? ''];
  if (installation === '' || order === '') {
    return { status: 400 };
  }

  try {
    const compared = await shipping.compare(installation, order);
    if (compared === undefined) {
      return { status: 404 };
    }
    const { weight_g, rates, taken } = compared;
    const body = JSON.stringify({ order_id: order, weight_g, rates, taken });
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  } catch (error) {
    return laterOrThrow(error);
  }
}

function laterOrThrow(error) {
  if (!(error instanceof RetryLater)) {
    throw error;
  }
  console.warn(`Later: ${error.message}`);
  return later(error.seconds);
}

function later(seconds) {
  return { status: 503, headers: { 'retry-after': String(seconds) } };
}

// The body; undefined if it is longer than any message.
async function read(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > MAX_BODY) {
      return undefined;
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function isSame(one, other) {
  const digest = (value) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function text(name) {
  const value = env.get(name);
  if (!value) {
    throw new Error(`${name} is not set.`);
  }
  return value;
}

function number(name, otherwise) {
  const value = env.get(name) || otherwise === undefined ? Number(text(name)) : otherwise;
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${name} is no whole number above 0.`);
  }
  return value;
}
