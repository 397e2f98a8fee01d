/**
 * What a run keeps for life: the outline and plan that it began with, and who the people were.
 *
 * Promises: what was packed is unpacked the same. Packed it is about a quarter as large, which is what a history costs.
 * Hides: how it is packed.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Outline } from '../../statemachines/compiler/compile.ts';
import type { Plan } from '../../statemachines/plan/plan.ts';

/** How somebody is reached. */
export type Contact = {
  readonly name: string;
  readonly email: string;
  readonly zone: string;
  readonly language: string;
};

export type KeptForLife = {
  readonly outline: Outline;
  /** A sentence where no plan could be made. */
  readonly plan: Plan | { readonly problem: string };
  /** Everybody who can have a part in it, by id: who leaves the team can still be named, and asked. */
  readonly people: { readonly [person: string]: Contact };
};

export const pack = (kept: KeptForLife): string => gzipSync(JSON.stringify(kept)).toString('base64');

/** A run is read again for each of its events; unpacking it each time would be most of the work. */
const unpacked = new Map<string, KeptForLife>();
const MOST = 200;

export const unpack = (text: string): KeptForLife => {
  const known = unpacked.get(text);
  if (known !== undefined) return known;
  const kept = JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString('utf8')) as KeptForLife;
  if (unpacked.size >= MOST) unpacked.delete(unpacked.keys().next().value as string);
  unpacked.set(text, kept);
  return kept;
};
