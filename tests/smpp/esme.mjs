//! A foreign client, by node-smpp: what an application's SMPP library does with our message centre.

import { once } from 'node:events';

import smpp from 'smpp';

import { Queue } from './queue.mjs';

/** A connection that is not bound yet. */
export async function connect(address) {
  const [host, port] = address.split(':');
  const session = smpp.connect({ host, port: Number(port) });
  const esme = new Esme(session);
  await once(session, 'connect');
  return esme;
}

/** A bound connection. */
export async function bind(demo, command = 'bind_transceiver') {
  const esme = await connect(demo.smpp);
  const answer = await esme.ask(command, { ...demo.account, interface_version: 0x34 });
  if (answer.command_status !== smpp.ESME_ROK) throw new Error(`${command}: ${answer.command_status}`);
  return esme;
}

class Esme {
  #session;
  #came = new Queue();
  /** What it answers to the next `deliver_sm`s; then it accepts. */
  refusals = [];

  constructor(session) {
    this.#session = session;
    // Not `once(session, 'close')`, which would reject at a reset: that is one way of closing.
    this.closed = new Promise((resolve) => session.once('close', resolve));
    session.on('error', () => {}); // the connection's end is told by `closed`
    session.on('pdu', (pdu) => { if (!pdu.isResponse()) this.#receive(pdu); });
  }

  #receive(pdu) {
    this.#came.put(pdu);
    const command_status = (pdu.command === 'deliver_sm' && this.refusals.shift()) || smpp.ESME_ROK;
    this.#session.send(pdu.response({ command_status }));
  }

  /** Sends a request and waits for its answer. */
  ask(command, fields = {}) {
    return new Promise((resolve, reject) => {
      this.closed.then(() => reject(new Error(`closed before the answer to ${command}`)));
      this.#session[command](fields, resolve);
    });
  }

  /** Submits to a phone; the message's id. */
  async submit(number, fields) {
    const answer = await this.ask('submit_sm', addressed(number, fields));
    if (answer.command_status !== smpp.ESME_ROK) throw new Error(`submit_sm: ${answer.command_status}`);
    return answer.message_id;
  }

  /** The next request of this kind that the message centre sends. */
  next(command, wanted = () => true, waitMs) {
    return this.#came.take(command, (pdu) => pdu.command === command && wanted(pdu), waitMs);
  }

  /** The next receipt of a message. */
  receipt(id) {
    return this.next('deliver_sm', (pdu) => pdu.receipted_message_id === id);
  }

  /** How many requests of this kind nobody took. */
  count(command, wanted = () => true) {
    return this.#came.count((pdu) => pdu.command === command && wanted(pdu));
  }

  destroy() {
    this.#session.destroy();
  }
}

/** A message to a phone from the sender `Shop`, with its receipt asked for. */
export function addressed(number, fields) {
  return {
    source_addr_ton: smpp.TON.ALPHANUMERIC,
    source_addr: 'Shop',
    dest_addr_ton: smpp.TON.INTERNATIONAL,
    dest_addr_npi: smpp.NPI.ISDN,
    destination_addr: number.replace('+', ''),
    registered_delivery: smpp.REGISTERED_DELIVERY.FINAL,
    ...fields,
  };
}
