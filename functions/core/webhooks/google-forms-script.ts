/**
 * The Apps Script by which a Google Form sends its responses, signed as Standard Webhooks.
 *
 * Promises: what it sends is taken by the row `google-forms`; a response sent again is the same delivery. What stands in
 * it is written as JavaScript writes it, so that no address or secret can end the text around it.
 * Hides: Google's classes. Sources: https://developers.google.com/apps-script/reference/utilities/utilities
 * (`computeHmacSha256Signature(value, key)` takes and gives bytes), …/reference/forms/form-response,
 * …/reference/script/form-trigger-builder.
 */

export type ScriptValues = {
  /** The whole address of the source. */
  readonly address: string;
  readonly secret: string;
};

/** In place of what is not shown. */
const UNSHOWN = '…';
export const UNSHOWN_VALUES: ScriptValues = { address: UNSHOWN, secret: UNSHOWN };

const literal = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"').replaceAll('</', '<\\/')}'`;

export const googleFormsScript = ({ address, secret }: ScriptValues): string => `/**
 * Sends each response of this form to runsheet, signed as Standard Webhooks.
 *
 * 1. In the form: ⋮ > Apps Script. Put this in place of what is there, and save it.
 * 2. Choose "install" above and press Run. Google asks once whether the script may do this.
 * 3. Send a response. What went wrong stands under "Executions".
 *
 * Whoever can edit the form can read the secret below.
 */
const ADDRESS = ${literal(address)};
const SECRET = ${literal(secret)};

/** Run this once; running it again changes nothing. */
function install() {
  const form = FormApp.getActiveForm();
  const isThere = ScriptApp.getProjectTriggers().some((trigger) => trigger.getHandlerFunction() === 'sendResponse');
  if (!isThere) ScriptApp.newTrigger('sendResponse').forForm(form).onFormSubmit().create();
}

function sendResponse(event) {
  const { id, body } = deliveryOf(event.source, event.response);
  const waits = [2, 10, 30];
  for (;;) {
    const status = post(id, body);
    if (status < 400) return;
    // The same response again is the same delivery, so it is safe to repeat.
    const isBusy = status === 429 || status >= 500;
    const seconds = waits.shift();
    if (!isBusy || seconds === undefined) throw new Error('runsheet did not take the response (' + status + ').');
    Utilities.sleep(seconds * 1000);
  }
}

/** Answers by the title of their question; a question with several choices has a list. */
function deliveryOf(form, response) {
  const answers = {};
  response.getItemResponses().forEach((one) => {
    answers[one.getItem().getTitle()] = one.getResponse();
  });
  const email = response.getRespondentEmail();
  const payload = {
    formId: form.getId(),
    formTitle: form.getTitle(),
    responseId: response.getId(),
    submittedAt: response.getTimestamp().toISOString(),
    answers: answers,
  };
  if (email) payload.respondentEmail = email;
  return { id: response.getId(), body: JSON.stringify(payload) };
}

function post(id, body) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return UrlFetchApp.fetch(ADDRESS, {
    method: 'post',
    contentType: 'application/json',
    payload: body,
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatureOf(id, timestamp, body) },
    followRedirects: false,
    muteHttpExceptions: true,
  }).getResponseCode();
}

function signatureOf(id, timestamp, body) {
  const key = Utilities.base64Decode(SECRET.replace(/^whsec_/, ''));
  // As bytes: given a text, Google would not say in which encoding it signs it.
  const signed = Utilities.newBlob(id + '.' + timestamp + '.' + body).getBytes();
  return 'v1,' + Utilities.base64Encode(Utilities.computeHmacSha256Signature(signed, key));
}
`;
