//! What came, in order, until a test takes it.

const WAIT_MS = 10_000;
/** More than any test leaves lying about. */
const ITEMS_MAX = 1_000;

export class Queue {
  #items = [];
  #waiting = new Set();

  put(item) {
    for (const waiter of this.#waiting) {
      if (!waiter.wanted(item)) continue;
      this.#waiting.delete(waiter);
      waiter.resolve(item);
      return;
    }
    if (this.#items.length === ITEMS_MAX) throw new Error('nobody takes what comes');
    this.#items.push(item);
  }

  /** The first that is wanted, now or within `waitMs`; it is taken out. Fails, saying `what` was missed, if none comes. */
  async take(what, wanted = () => true, waitMs = WAIT_MS) {
    const at = this.#items.findIndex(wanted);
    if (at >= 0) return this.#items.splice(at, 1)[0];
    const missed = new Error(`no ${what} within ${waitMs} ms`);
    return new Promise((resolve, reject) => {
      const waiter = { wanted, resolve: (item) => { clearTimeout(timer); resolve(item); } };
      const timer = setTimeout(() => { this.#waiting.delete(waiter); reject(missed); }, waitMs);
      this.#waiting.add(waiter);
    });
  }

  /** How many that are wanted lie there. */
  count(wanted = () => true) {
    return this.#items.filter(wanted).length;
  }
}
