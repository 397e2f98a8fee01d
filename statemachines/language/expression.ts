/**
 * The expressions of the language: JSONata, cut down to what gives the same result whenever it is
 * asked again, and what Step Functions' JSONata 2.0.6 knows.
 *
 * Promises: an expression is read once into a small tree in which every name that leads out of it
 * (`inputs.x`, `steps.id.field`, `run.id`, an item) is a `reference`; it can be asked which of those may
 * be absent and what it gives, and printed again with each reference replaced. Printing is the only way
 * into a machine, and it prints texts as literals, so what an author or a stranger wrote is never code.
 * Hides: how it is read (read-expression.ts), what it may call and gives (expression-functions.ts), what it needs
 * (certain-references.ts), how it is printed (print-expression.ts).
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export { uncheckedReferences } from './certain-references.ts';
export { type Kind, kindOf, knownFunctions } from './expression-functions.ts';
export { childrenOf, type Expr, type PathStep, type Reference, referencesOf } from './expression-tree.ts';
export { printExpression, printLiteral, printName } from './print-expression.ts';
export {
  type ExpressionProblem,
  numbersLikeThousands,
  oddNumber,
  type ReadExpression,
  readExpression,
} from './read-expression.ts';
export { readTemplate, type TemplatePiece } from './template.ts';
