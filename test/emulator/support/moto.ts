/**
 * moto's Step Functions engine, which is LocalStack's, on this machine: a second engine that is not ours.
 *
 * It has everything of an engine but what evaluates JSONata, for which it keeps a place: there goes the one of PyPI, a
 * translation of the one in Java; it is not made for threads, so it is called by one at a time. And it refuses `$` alone
 * wherever it stands, though JSONata has it inside of paths and functions, and AWS with it: what finds the names of
 * variables in an expression is told to pass over it, as LocalEmu does, a later copy of the same engine.
 */
import { join } from 'node:path';
import { installed } from './python.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export const MOTO = ['moto[server,stepfunctions]==5.2.5', 'jsonata-python==0.7.1'];

const SERVER = `
import logging, re, sys, threading
from jsonata import Jsonata
from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.asl.jsonata import jsonata
turn = threading.Lock()
def evaluate(expression):
    with turn:
        return Jsonata(expression).evaluate(None)
jsonata._eval_jsonata = evaluate
names = jsonata._PATTERN_VARIABLE_REFERENCE.pattern
without = names.removesuffix("|\\\\$)") + ")"
assert without != names + ")", "it passes over a lone dollar by itself now"
jsonata._PATTERN_VARIABLE_REFERENCE = re.compile(without)
logging.disable(logging.CRITICAL)
from moto.server import main
main(sys.argv[1:])
`;

/** @throws CannotEmulate */
export const startMoto = async (): Promise<ServerProcess> => {
  const bin = await installed(MOTO);
  const server = await startServer(
    'moto',
    ({ port, folder }) => ({
      command: join(bin, 'python'),
      given: ['-c', SERVER, '-H', '127.0.0.1', '-p', String(port)],
      env: { HOME: folder, TMPDIR: folder, PATH: process.env.PATH },
    }),
    '/moto-api/config',
  );
  // Else it takes machines and runs none.
  const body = JSON.stringify({ stepfunctions: { execute_state_machine: true } });
  await fetch(`${server.endpoint}/moto-api/config`, { method: 'POST', body });
  return server;
};
