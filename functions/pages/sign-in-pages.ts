/**
 * Signing in and out; in a sandbox, choosing whom to be.
 *
 * Promises: nothing on them says who is of the team, but in a sandbox, which is one's own.
 */

import { PAGE_WORDS } from '../words/page-words.ts';
import { hidden, lineInput, problemSummary } from './form-parts.ts';
import { markup } from './markup.ts';
import { type Frame, noticeBox, PLACES, page } from './page.ts';

export type SignInView = {
  readonly nonce: string;
  /** Where they want to go. */
  readonly to: string;
  readonly email?: string | undefined;
  readonly problem?: string | undefined;
  readonly notice?: string | undefined;
};

/** Sends `email` and `to`. */
export const signInPage = ({ nonce, to, email, problem, notice }: SignInView): string => {
  const words = PAGE_WORDS.signIn;
  return page({
    title: problem === undefined ? words.title : `${PAGE_WORDS.problemTitle}${words.title}`,
    body: markup`${noticeBox(notice)}${problemSummary(problem === undefined ? undefined : { email: problem }, ['email'])}<h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
<form class="card" method="post" action="${PLACES.signIn}" novalidate>
${hidden('nonce', nonce)}${hidden('to', to)}${lineInput({
  name: 'email',
  label: words.email,
  required: true,
  hint: '',
  problem,
  value: email ?? '',
  type: 'email',
  complete: 'email',
})}<p class="actions"><button>${words.submit}</button></p>
</form>`,
  });
};

export const signInSentPage = (): string => {
  const words = PAGE_WORDS.signIn;
  return page({
    title: words.sentTitle,
    body: markup`<h1>${words.sentTitle}</h1>
<p>${words.sent}</p>
<p>${words.sentHint}</p>
<p><a href="${PLACES.signIn}">${words.again}</a></p>`,
  });
};

/** Behind the mailed link: only its button signs in. */
export const signInConfirmPage = ({
  who,
  action,
  nonce,
}: {
  readonly who: string;
  readonly action: string;
  readonly nonce: string;
}): string => {
  const words = PAGE_WORDS.signIn;
  return page({
    title: words.confirmTitle,
    body: markup`<h1>${words.confirmTitle}</h1>
<p class="lead">${words.confirm(who)}</p>
<form method="post" action="${action}">
${hidden('nonce', nonce)}<p class="actions"><button>${words.confirmSubmit}</button></p>
</form>`,
  });
};

export const signOutPage = ({ nonce, frame }: { readonly nonce: string; readonly frame: Frame }): string => {
  const words = PAGE_WORDS.signIn;
  return page({
    title: words.out,
    frame,
    body: markup`<h1>${words.out}</h1>
<p class="lead">${words.outLead}</p>
<form method="post" action="${PLACES.signOut}">
${hidden('nonce', nonce)}<p class="actions"><button>${words.outSubmit}</button></p>
</form>`,
  });
};

export type WhoView = {
  readonly people: readonly {
    readonly id: string;
    readonly name: string;
    readonly roles: readonly string[];
    readonly access: keyof typeof PAGE_WORDS.who.access;
  }[];
  readonly nonce: string;
  readonly to: string;
  readonly frame: Frame;
  readonly notice?: string | undefined;
};

/** Sends `person` and `to`. */
export const whoPage = ({ people, nonce, to, frame, notice }: WhoView): string => {
  const words = PAGE_WORDS.who;
  return page({
    title: words.title,
    frame,
    wide: true,
    body: markup`${noticeBox(notice)}<h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
<form method="post" action="${PLACES.signIn}">
${hidden('nonce', nonce)}${hidden('to', to)}${
  people.length === 0
    ? markup`<p class="empty">${words.empty}</p>`
    : markup`<ul class="people">${people.map(
        ({ id, name, roles, access }) =>
          markup`<li><button class="person" name="person" value="${id}"><strong>${name}</strong> <span>${[...roles, words.access[access]].filter((one) => one !== '').join(', ')}</span></button></li>\n`,
      )}</ul>`
}
</form>`,
  });
};
