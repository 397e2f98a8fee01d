/**
 * The two published validators of the Amazon States Language, called alike: a machine in, a list of complaints out.
 *
 * Both leave the machine as it is (asl-validator itself writes `QueryLanguage` into every state, so it gets a copy),
 * and both may be called some ten thousand times in one process.
 */
import { createRequire } from 'node:module';
import languageServices from 'amazon-states-language-service';

type AslValidator = (machine: unknown) => { errors: { 'Error code': string; Message: string }[] };
type Ajv = { addKeyword: unknown };
type AjvClass = new (options: object) => Ajv;

const require = createRequire(import.meta.url);
/** It has no types of its own. */
const aslValidator = require('asl-validator') as AslValidator;
const itsAjv = createRequire(require.resolve('asl-validator'))('ajv') as { default: AjvClass };

export function validateWithAslValidator(asl: unknown): string[] {
  try {
    const { errors } = withOneAjv(() => aslValidator(JSON.parse(JSON.stringify(asl))));
    return errors.map((error) => `${error['Error code']}: ${error.Message}`);
  } catch (error) {
    // It does throw, at a state or a key of a payload that is called `States`.
    return [`thrown: ${String(error)}`];
  }
}

const languageService = languageServices.getLanguageService({});

export async function validateWithLanguageService(asl: unknown): Promise<string[]> {
  const text = JSON.stringify(asl, null, 1);
  const document = languageServices.TextDocument.create('machine.asl.json', 'asl', 1, text);
  const found = await languageService.doValidation(document, languageService.parseJSONDocument(document));
  return found.map(({ range, message }) => `line ${range.start.line + 1}: ${message}`);
}

let ajv: Ajv | undefined;

/**
 * asl-validator compiles its fifteen schemas afresh for each machine, which takes far longer than using them. They
 * are the same each time, so for the length of a call its `new Ajv` gives the first one again. Ajv itself may be
 * shared with others: it is put back as it was.
 */
function withOneAjv<Result>(run: () => Result): Result {
  const Original = itsAjv.default;
  // A constructor that hands out the one there is, whatever class it was asked for.
  itsAjv.default = class {
    constructor(options: object) {
      ajv ??= new Original(options);
      // biome-ignore lint/correctness/noConstructorReturn: that is the point.
      return ajv as never;
    }
  } as unknown as AjvClass;
  try {
    return run();
  } finally {
    itsAjv.default = Original;
    // Its formats package would add its keywords to the same validator again, which Ajv refuses.
    if (ajv) ajv.addKeyword = () => ajv;
  }
}
