/** What a browser may do on our pages (L10). Promises: nothing from elsewhere, no script at all. */

/** @param next origins that a form may lead to in the end: browsers follow it to no other, also after a redirect. */
export const pagePolicy = (...next: readonly string[]): string =>
  `default-src 'none'; style-src 'self'; img-src 'self' data:; form-action ${["'self'", ...next].join(' ')}; frame-ancestors 'none'; base-uri 'none'`;

/** Every page but those that say otherwise. */
export const PAGE_POLICY = pagePolicy();

/** The page of one mail in the sandbox: a mail carries its styles with it. */
export const MAIL_PAGE_POLICY =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
