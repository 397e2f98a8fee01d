/**
 * Names of inputs in our forms.
 *
 * Promises: a step's own field never takes the place of one of ours. A name of a field has no dot (language.md), so
 * `field.NAME` can be no other field.
 */

/** What our own forms and addresses send along with the fields. */
const OURS = [
  'decision',
  'comment',
  'hours',
  'content',
  'nonce',
  'code',
  'resend',
  'act',
  'once',
  'seen',
  'started',
  'format',
];

/** What the field of this name is sent as; values and problems of a page go by these names too. */
export const inputNameOf = (field: string): string => (OURS.includes(field) ? `field.${field}` : field);

/** The person chosen for a role on the start form. */
export const personInputOf = (role: string): string => `person.${role}`;
