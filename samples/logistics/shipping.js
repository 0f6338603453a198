// Compares the rates of a paid order and has a label made of the one that is taken.
import { createHash } from 'node:crypto';
import { RetryLater } from './marketplace.js';

export const TYPES = ['order.paid', 'grant.changed'];

const MAX_WEIGHT_G = 1_000_000;
const USUAL_PAUSE_SECONDS = 60;
const UNGRANTED = new Set(['scope-missing', 'scope-pending', 'scope-expired']);
const FINAL = new Set([404, 409, 422]);

// The cheapest rate that arrives in so many days; undefined if none does.
export function choose(rates, maxDays) {
  return rates.filter((rate) => rate.days <= maxDays).sort((one, other) => one.amount - other.amount)[0];
}

export class Shipping {
  #marketplace;
  #settings;
  #log;

  // What a seller has not granted is not asked again until its grants change.
  #refused = new Map();

  constructor(marketplace, settings, log) {
    this.#marketplace = marketplace;
    this.#settings = settings;
    this.#log = log;
  }

  // Throws RetryLater if the event must come again.
  async handle(event) {
    if (event.type === 'grant.changed') {
      this.#refused.delete(event.installation);
    } else if (event.type === 'order.paid') {
      await this.#ship(event);
    }
  }

  // An order with its rates, and the one that would be taken; undefined where the seller or the marketplace refuses.
  async compare(installation, orderId) {
    const order = await this.#act(installation, 'read orders', 'GET', `/open/v1/orders/${encodeURIComponent(orderId)}`);
    if (order === undefined) {
      return undefined;
    }

    const weight = Math.min(MAX_WEIGHT_G, Math.max(1, unitsOf(order)) * this.#settings.unitWeightG);
    const query = new URLSearchParams({ order_id: orderId, weight_g: String(weight) });
    const found = await this.#act(installation, 'compare rates', 'GET', `/open/v1/rates?${query}`);
    return found && { order, weight_g: weight, rates: found.rates, taken: choose(found.rates, this.#settings.maxDays) };
  }

  async #ship(event) {
    const compared = await this.compare(event.installation, event.subject);
    if (compared === undefined) {
      return;
    }

    const { order, weight_g, taken } = compared;
    // The event of a payment has no data; an order has its handle where the seller grants labels and the platform has an address.
    const address_handle = event.data?.address_handle ?? order.address_handle;
    const why = order.status !== 'paid' ? `it is ${order.status}`
      : order.tracking?.length > 0 ? 'it has a waybill'
      : taken === undefined ? `nothing arrives in ${this.#settings.maxDays} days`
      : address_handle === undefined ? 'it has no address handle'
      : undefined;
    if (why !== undefined) {
      this.#log(`${event.installation} ${event.subject}: no label, ${why}.`);
      return;
    }

    const body = { order_id: order.order_id, address_handle, carrier: taken.carrier, service: taken.service, weight_g };
    await this.#act(event.installation, 'make labels', 'POST', '/open/v1/labels', body, keyOf('label', event));
  }

  // The answer's body; undefined where it is refused for good, which a repeat would not change.
  async #act(installation, action, method, path, body, key) {
    const refused = this.#refused.get(installation);
    if (refused?.has(action)) {
      return undefined;
    }

    const answer = await this.#marketplace.call(installation, method, path, body, key);
    if (answer.code === undefined) {
      return answer.body;
    }

    this.#log(`${installation}: ${action}: ${answer.status} ${answer.code}`);
    if (UNGRANTED.has(answer.code)) {
      this.#refused.set(installation, (refused ?? new Set()).add(action));
    } else if (answer.code === 'idempotency-in-progress') {
      throw new RetryLater(1, 'The same label is being made.');
    } else if (!FINAL.has(answer.status) && answer.code !== 'risk-hold') {
      throw new RetryLater(USUAL_PAUSE_SECONDS, `${action}: ${answer.code}`);
    }
    return undefined;
  }
}

function unitsOf(order) {
  return order.items.reduce((units, item) => units + Math.max(0, item.quantity - (item.cancelled_quantity ?? 0)), 0);
}

// The same for every attempt of one event, and another for everything else.
function keyOf(action, event) {
  return `${action}-${createHash('sha256').update(JSON.stringify([action, event.subject, event.id])).digest('hex')}`;
}
