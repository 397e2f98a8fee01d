/** The defects that a machine can have: their codes, and how a check reports one. */

export type MachineDefectCode =
  | 'not-a-machine' // not JSON, not an object, or beyond what can be read
  | 'machine-too-large' // over 1 MB of definition
  | 'query-language-not-jsonata'
  | 'field-missing'
  | 'field-invalid' // a value of the wrong kind, or out of its range
  | 'field-unknown'
  | 'jsonpath-leftover' // a field, key or value that belongs to the other query language
  | 'type-unknown'
  | 'name-too-long' // a state's name of more than 80 characters
  | 'name-duplicate' // two states of one machine, in whatever scopes
  | 'start-unknown'
  | 'target-unknown'
  | 'state-without-way-out' // neither Next nor End
  | 'next-and-end'
  | 'state-unreachable'
  | 'no-terminal'
  | 'choice-without-default'
  | 'loop-unbounded'
  | 'timeout-missing'
  | 'timeout-invalid'
  | 'heartbeat-not-below-timeout'
  | 'integration-unknown'
  | 'function-unknown' // a JSONata function, a newer operator, or a ${Placeholder}
  | 'token-not-passed'
  | 'retry-invalid'
  | 'retry-of-wait' // a token wait repeated for an error that only people or time can cause
  | 'errors-misplaced' // States.ALL not alone, or not last
  | 'fail-expression'
  | 'expression-syntax'
  | 'expression-unclosed'
  | 'expression-without-context' // a bare field name, `$` or `$$`
  | 'states-field-unavailable' // `$states.result` where there is none yet
  | 'states-assigned'
  | 'variable-name-invalid'
  | 'variable-hides-function'
  | 'variable-overlaps' // assigned in a scope within the scope that assigns it
  | 'variable-unassigned';

export interface MachineDefect {
  readonly code: MachineDefectCode;
  /** Where, as in `States.idea.Next`. */
  readonly path: string;
  /** What is there, what was expected, and what to write instead where that is known. */
  readonly message: string;
}

/** How a check says that it has found something. */
export type Report = (code: MachineDefectCode, path: string, message: string) => void;
