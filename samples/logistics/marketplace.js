// Calls the marketplace with the token of one installation, or of the plugin itself.
import { setTimeout as pause } from 'node:timers/promises';

const TIMEOUT_MS = 10_000;
const USUAL_PAUSE_SECONDS = 5;
const TOKEN_RESERVE_SECONDS = 60;
const PLUGIN = '';

// The marketplace cannot be asked now; the event is to come again after so many seconds.
export class RetryLater extends Error {
  constructor(seconds, why) {
    super(why);
    this.seconds = Math.max(1, Math.ceil(seconds));
  }
}

export class Marketplace {
  #url;
  #client;
  #tokens = new Map();
  #pausedUntil = new Map();

  // The secret of the messages to this program; undefined until it is subscribed.
  secret;

  constructor(url, client) {
    this.#url = url.replace(/\/+$/, '');
    this.#client = client;
  }

  // Has the events of all installations sent to this address, and takes a new secret if there was an endpoint before.
  async subscribe(url, types) {
    const set = await this.#untilAnswered('PUT', '/open/v1/plugin-webhook', { url, types, timeout_seconds: 20 });
    // The earlier process had its secret in its memory alone, so nothing is lost if that signs no more.
    this.secret = set.secret ?? (await this.#untilAnswered('POST', '/open/v1/plugin-webhook/secret', { overlap_hours: 0 })).secret;
  }

  // Answers { status, code, body }; code is undefined for a success. Throws RetryLater where the marketplace limits or fails, and
  // asks nothing more for this installation before its time. key: with the same Idempotency-Key a write is done once.
  async call(installation, method, path, body, key) {
    const left = (this.#pausedUntil.get(installation) ?? 0) - Date.now();
    if (left > 0) {
      throw new RetryLater(left / 1000, 'The marketplace asked for a pause.');
    }

    const answer = await this.#authorized(installation, method, path, body, key);
    if (answer.status !== 401) {
      return answer;
    }

    // Tokens end before their time, too, for example when the plugin is enabled again.
    this.#tokens.delete(installation);
    return this.#authorized(installation, method, path, body, key);
  }

  async #untilAnswered(method, path, body) {
    for (;;) {
      try {
        const answer = await this.call(PLUGIN, method, path, body);
        if (answer.code === undefined) {
          return answer.body;
        }
        throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
      } catch (error) {
        if (!(error instanceof RetryLater)) {
          throw error;
        }
        await pause(error.seconds * 1000);
      }
    }
  }

  async #authorized(installation, method, path, body, key) {
    const headers = { authorization: `Bearer ${await this.#token(installation)}` };
    if (key !== undefined) {
      headers['idempotency-key'] = key;
    }
    if (body !== undefined) {
      headers['content-type'] = 'application/json';
    }
    return this.#send(installation, path, { method, headers, body: JSON.stringify(body) });
  }

  async #token(installation) {
    const known = this.#tokens.get(installation);
    if (known !== undefined && known.until > Date.now()) {
      return known.text;
    }

    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: this.#client.id, client_secret: this.#client.secret });
    if (installation !== PLUGIN) {
      form.set('installation', installation);
    }
    const { code, body } = await this.#send(installation, '/connect/token', { method: 'POST', body: form });
    if (code !== undefined) {
      throw new Error(`No token for '${installation}': ${code}`);
    }
    this.#tokens.set(installation, { text: body.access_token, until: Date.now() + (body.expires_in - TOKEN_RESERVE_SECONDS) * 1000 });
    return body.access_token;
  }

  async #send(installation, path, request) {
    let response;
    let text;
    try {
      response = await fetch(this.#url + path, { ...request, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
      text = await response.text();
    } catch (error) {
      throw new RetryLater(USUAL_PAUSE_SECONDS, `${path} was not answered: ${error.message}`);
    }

    if (response.status === 429 || response.status >= 500) {
      const seconds = retryAfter(response.headers.get('retry-after'));
      this.#pausedUntil.set(installation, Date.now() + seconds * 1000);
      throw new RetryLater(seconds, `${path} was answered ${response.status}.`);
    }

    const body = text === '' ? undefined : JSON.parse(text);
    // OAuth says "error" where problem documents say "code".
    return { status: response.status, code: response.ok ? undefined : (body?.code ?? body?.error ?? 'unknown'), body };
  }
}

// Seconds, or an HTTP date.
function retryAfter(field) {
  const seconds = /^\d+$/.test(field ?? '') ? Number(field) : (Date.parse(field ?? '') - Date.now()) / 1000;
  return Number.isNaN(seconds) ? USUAL_PAUSE_SECONDS : Math.max(1, seconds);
}
