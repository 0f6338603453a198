// Verifies messages by Standard Webhooks, v1 (HMAC-SHA256).
import { createHmac, timingSafeEqual } from 'node:crypto';

const TOLERANCE_SECONDS = 300;

// secret: as the marketplace made it, whsec_ and base64. body: the bytes that came. A message that is more than five minutes older or
// newer than now (milliseconds) is refused: it may be a recorded one.
export function isValid(secret, headers, body, now = Date.now()) {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) {
    return false;
  }

  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`);

  // There are several while a secret is being replaced. Comparing in constant time tells a forger nothing.
  return (headers['webhook-signature'] ?? '')
    .split(' ')
    .map((given) => Buffer.from(given))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}
