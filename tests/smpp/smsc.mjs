//! A foreign message centre, by node-smpp: what our client binds to. Every submit waits for the test to answer it.

import { once } from 'node:events';

import smpp from 'smpp';

import { Queue } from './queue.mjs';

/** The account that it knows. */
export const ACCOUNT = { system_id: 'minato', password: 'secret' };

const STATES = { DELIVRD: smpp.MESSAGE_STATE.DELIVERED, UNDELIV: smpp.MESSAGE_STATE.UNDELIVERABLE };

/** Opens one on a free port; over TLS with `tls` (`key` and `cert`). */
export async function openSmsc(tls = {}) {
  const smsc = new Smsc(tls);
  await smsc.open();
  return smsc;
}

class Smsc {
  #server;
  #sessions = new Set();
  #came = new Queue();
  #port = 0;
  /** What it answers to the next binds; then it accepts those of its account. */
  bindRefusals = [];
  /** Whether it leaves everything unanswered. */
  isSilent = false;

  constructor(tls) {
    this.#server = smpp.createServer(tls, (session) => this.#serve(session));
  }

  /** Listens, again where it did before. */
  async open() {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = this.#server.address().port;
  }

  get address() {
    return `127.0.0.1:${this.#port}`;
  }

  /** Cuts every connection, and takes no new one until it is opened again. */
  async close() {
    const closed = new Promise((resolve) => { this.#server.close(resolve); });
    this.#sessions.forEach((session) => session.destroy());
    await closed;
  }

  /** Cuts every connection. */
  cut() {
    this.#sessions.forEach((session) => session.destroy());
  }

  /** The one connection that is there. */
  get session() {
    const [session, ...more] = this.#sessions;
    if (!session || more.length > 0) throw new Error(`${this.#sessions.size} connections`);
    return session;
  }

  /** Sends a request and waits for its answer. */
  ask(command, fields = {}) {
    const { session } = this;
    return new Promise((resolve, reject) => {
      session.closed.then(() => reject(new Error(`closed before the answer to ${command}`)));
      session[command](fields, resolve);
    });
  }

  /** The next request of this kind that is wanted. */
  next(command, wanted = () => true) {
    return this.#came.take(command, (pdu) => pdu.command === command && wanted(pdu));
  }

  /** The next message to a number, to be answered. */
  async message(number) {
    const pdu = await this.next('submit_sm', to(number));
    return new Submitted(this, pdu);
  }

  /** How many requests of this kind nobody took. */
  count(command, wanted = () => true) {
    return this.#came.count((pdu) => pdu.command === command && wanted(pdu));
  }

  /** How many messages to a number nobody took. */
  messages(number) {
    return this.count('submit_sm', to(number));
  }

  /** Receipts in any form: `id` stands in the text, `parameter` in the TLV; either may be left out. `phone` (digits) is
   * the one that it is said to come from, the message's own unless another is named. The answer's status. */
  async receipt(pdu, { id, parameter, state, phone = pdu.destination_addr }) {
    const date = '2611221200';
    const text = `id:${id} sub:001 dlvrd:001 submit date:${date} done date:${date} stat:${state} err:000 text:`;
    const answer = await this.ask('deliver_sm', {
      source_addr_ton: pdu.dest_addr_ton,
      source_addr_npi: pdu.dest_addr_npi,
      source_addr: phone,
      dest_addr_ton: pdu.source_addr_ton,
      destination_addr: pdu.source_addr,
      esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
      short_message: id === undefined ? '' : text,
      ...(parameter !== undefined && { receipted_message_id: parameter, message_state: STATES[state] }),
    });
    return answer.command_status;
  }

  #serve(session) {
    this.#sessions.add(session);
    session.closed = once(session, 'close').then(() => this.#sessions.delete(session));
    session.on('error', () => {}); // a cut connection: the tests see what follows
    session.on('pdu', (pdu) => {
      if (pdu.isResponse() || this.isSilent) return;
      this.#came.put(Object.assign(pdu, { session }));
      if (pdu.command.startsWith('bind_')) this.#bind(session, pdu);
      else if (pdu.command !== 'submit_sm') session.send(pdu.response(), () => pdu.command === 'unbind' && session.close());
    });
  }

  #bind(session, pdu) {
    const isKnown = pdu.system_id === ACCOUNT.system_id && pdu.password === ACCOUNT.password;
    const command_status = this.bindRefusals.shift() ?? (isKnown ? smpp.ESME_ROK : smpp.ESME_RINVPASWD);
    session.send(pdu.response({ command_status, system_id: 'foreign' }));
  }
}

function to(number) {
  return (pdu) => `+${pdu.destination_addr}` === number;
}

/** A message that our client submitted. */
class Submitted {
  #smsc;

  constructor(smsc, pdu) {
    this.#smsc = smsc;
    this.pdu = pdu;
    /** As the library reads it. */
    this.text = pdu.short_message.message;
  }

  accept(message_id) {
    this.pdu.session.send(this.pdu.response({ message_id }));
  }

  refuse(command_status) {
    this.pdu.session.send(this.pdu.response({ command_status }));
  }

  receipt(what) {
    return this.#smsc.receipt(this.pdu, what);
  }
}
