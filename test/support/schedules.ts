/**
 * A deterministic scheduler for things that go on side by side: each call of a port is one step, and a seed decides who
 * takes the next one, and whether it fails.
 *
 * What goes on is an actor. One that crashes never goes on after the step at which it did; whatever that step has
 * changed stays changed, or has never been.
 */
import { TryAgain } from '../../functions/core/history.ts';

export type Fault = 'none' | 'error-before' | 'lost-reply' | 'crash-before' | 'crash-after';
type Step = { readonly actor: string; readonly go: (fault: Fault) => void };

export class Schedule {
  readonly #draw: (below: number) => number;
  readonly #waiting: Step[] = [];
  readonly #running = new Set<string>();
  readonly crashed = new Set<string>();
  /** Who took each step, and what became of it. */
  readonly trace: string[] = [];
  #faultsLeft: number;
  free = false;

  constructor(draw: (below: number) => number, mostFaults: number) {
    this.#draw = draw;
    this.#faultsLeft = mostFaults;
  }

  /** Begins something; it goes on when `play` lets it. */
  begin(actor: string, work: () => Promise<void>): void {
    this.#running.add(actor);
    void work().finally(() => this.#running.delete(actor));
  }

  /** The same port, each call of which is a step of an actor. */
  stepping<P extends object>(port: P, actor: string, name: string): P {
    const methods = Object.entries(port).map(([method, call]) => [
      method,
      async (...args: unknown[]) => {
        const fault = this.free ? 'none' : await this.#turn(actor, `${name}.${method}`);
        if (fault === 'error-before') throw new TryAgain('not now');
        const result: unknown = await (call as (...given: unknown[]) => unknown)(...args);
        if (fault === 'lost-reply') throw new TryAgain('the reply was lost');
        if (fault === 'crash-after') await this.#die(actor);
        return result;
      },
    ]);
    return Object.fromEntries(methods) as P;
  }

  /** Lets one after the other take its step until nobody can go on. */
  async play(): Promise<void> {
    for (;;) {
      await new Promise<void>((quiet) => setImmediate(quiet));
      if (this.#waiting.length === 0) {
        if ([...this.#running].every((actor) => this.crashed.has(actor))) return;
        continue;
      }
      const [step] = this.#waiting.splice(this.#draw(this.#waiting.length), 1) as [Step];
      step.go(this.#fault());
    }
  }

  #turn(actor: string, what: string): Promise<Fault> {
    return new Promise((resolve) => {
      if (this.crashed.has(actor)) return;
      this.#waiting.push({
        actor,
        go: (fault) => {
          this.trace.push(`${actor} ${what}${fault === 'none' ? '' : ` ${fault}`}`);
          if (fault === 'crash-before') {
            void this.#die(actor);
            return;
          }
          resolve(fault);
        },
      });
    });
  }

  #die(actor: string): Promise<never> {
    this.crashed.add(actor);
    for (let at = this.#waiting.length - 1; at >= 0; at -= 1)
      if (this.#waiting[at]?.actor === actor) this.#waiting.splice(at, 1);
    return new Promise(() => {});
  }

  #fault(): Fault {
    if (this.#faultsLeft === 0 || this.#draw(25) > 0) return 'none';
    this.#faultsLeft -= 1;
    return (['error-before', 'lost-reply', 'crash-before', 'crash-after'] as const)[this.#draw(4)] as Fault;
  }
}

/** Whole numbers from 0 up to below `below`, the same for the same seed (mulberry32). */
export const drawFrom = (seed: number): ((below: number) => number) => {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};
