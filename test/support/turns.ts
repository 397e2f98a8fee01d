/**
 * Things that go on side by side, each call of a port of which is one turn: whoever plays them says who takes the next
 * turn, and what becomes of it.
 *
 * What goes on is an actor. One that crashes never goes on after the turn at which it did; whatever that turn has
 * changed stays changed, or has never been.
 */
import { createHash } from 'node:crypto';
import { TryAgain } from '../../functions/core/history.ts';

/** `late`: the caller hears that it failed, and it takes effect later all the same. */
export type Fault = 'none' | 'error-before' | 'lost-reply' | 'late' | 'crash-before' | 'crash-after';
export type Call = { readonly port: string; readonly method: string; readonly args: readonly unknown[] };
export type Turn = Call & { readonly actor: string; readonly go: (fault: Fault) => void };

export class Turns {
  readonly #waiting: Turn[] = [];
  readonly #running = new Set<string>();
  readonly #crashed = new Set<string>();
  readonly #heard = new Map<string, string>();
  /** Who took each turn, and what became of it. */
  readonly trace: string[] = [];
  faults = 0;
  /**
   * How often days went by while others were at work: then who has claimed something may be held
   * up for longer than the claim lasts, and somebody else takes it over. A Lambda is ended before that.
   */
  outlasted = 0;
  /** Whether all calls go through at once, and nobody waits for a turn. */
  free = false;
  #late = 0;

  /** Begins something; it goes on as it is given turns. */
  begin(actor: string, work: () => Promise<void>): void {
    this.#running.add(actor);
    void work().finally(() => {
      this.#running.delete(actor);
      this.#heard.delete(actor);
    });
  }

  /** The same port, each call of which is a turn of an actor. */
  stepping<P extends object>(port: P, actor: string, name: string): P {
    const methods = Object.entries(port).map(([method, made]) => [
      method,
      (...args: unknown[]) => {
        const call = { port: name, method, args };
        const go = () => (made as (...given: unknown[]) => Promise<unknown>)(...args);
        return this.free ? go() : this.#call(actor, call, go);
      },
    ]);
    return Object.fromEntries(methods) as P;
  }

  /** Something that an actor does beside calling a port: a turn like any other, that does not fail. */
  async doing(actor: string, method: string, act: () => void): Promise<void> {
    if (!this.free) await this.#turn(actor, { port: 'itself', method, args: [] });
    if (method === 'days' && this.#running.size > 1) this.outlasted += 1;
    act();
    this.#hear(actor, method);
  }

  /** Lets everybody go on until each waits for a turn. @returns those turns, of each actor in the order it asked in. */
  async quiet(): Promise<readonly Turn[]> {
    for (;;) {
      await new Promise<void>((quiet) => setImmediate(quiet));
      if (this.#waiting.length > 0 || [...this.#running].every((actor) => this.#crashed.has(actor)))
        return [...this.#waiting];
    }
  }

  take(turn: Turn, fault: Fault): void {
    this.#waiting.splice(this.#waiting.indexOf(turn), 1);
    turn.go(fault);
  }

  /**
   * What those know that still go on: an actor is nothing but what it has heard. Two histories of turns after which all
   * have heard the same go on alike.
   */
  known(): string {
    const going = [...this.#running].filter((actor) => !this.#crashed.has(actor)).toSorted();
    // What is still to come of those that have ended: calls that were under way when another one failed.
    const left = this.#waiting.filter(({ actor }) => !this.#running.has(actor));
    return JSON.stringify([
      going.map((actor) => [actor, this.#heard.get(actor)]),
      left.map(({ actor, port, method, args }) => [actor, port, method, args]),
    ]);
  }

  async #call(actor: string, call: Call, go: () => Promise<unknown>): Promise<unknown> {
    const fault = await this.#turn(actor, call);
    if (fault === 'error-before') return this.#fail(actor, 'not now');
    if (fault === 'late') {
      this.#late += 1;
      const afterwards = `${actor} late ${this.#late}`;
      this.begin(afterwards, async () => {
        await this.#turn(afterwards, call);
        await go();
        this.#hear(afterwards, 'done');
      });
      return this.#fail(actor, 'it may still come');
    }
    const result = await go();
    if (fault === 'lost-reply') return this.#fail(actor, 'the reply was lost');
    if (fault === 'crash-after') return this.#die(actor);
    // A version says no more than that a record is still what it was.
    this.#hear(actor, JSON.stringify(result, (name, value) => (name === 'version' ? undefined : value)) ?? '');
    return result;
  }

  #hear(actor: string, what: string): void {
    const before = this.#heard.get(actor) ?? '';
    this.#heard.set(actor, createHash('sha1').update(`${before} ${what}`).digest('base64'));
  }

  #fail(actor: string, why: string): never {
    this.#hear(actor, why);
    throw new TryAgain(why);
  }

  #turn(actor: string, call: Call): Promise<Fault> {
    return new Promise((resolve) => {
      if (this.#crashed.has(actor)) return;
      this.#waiting.push({
        ...call,
        actor,
        go: (fault) => {
          if (fault !== 'none') this.faults += 1;
          this.trace.push(`${actor} ${call.port}.${call.method}${fault === 'none' ? '' : ` ${fault}`}`);
          if (fault === 'crash-before') void this.#die(actor);
          else resolve(fault);
        },
      });
    });
  }

  #die(actor: string): Promise<never> {
    this.#crashed.add(actor);
    for (let at = this.#waiting.length - 1; at >= 0; at -= 1)
      if (this.#waiting[at]?.actor === actor) this.#waiting.splice(at, 1);
    return new Promise(() => {});
  }
}
