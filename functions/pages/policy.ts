/** What a browser may do on our pages (L10). Promises: nothing from elsewhere, no script at all. */

/** Every page. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The page of one mail in the sandbox: a mail carries its styles with it. */
export const MAIL_PAGE_POLICY =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
