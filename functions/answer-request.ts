/** Answers people and other systems: all addresses lead here. */
import type { Ports } from './core/ports.ts';
import { frontDoor } from './http/front-door.ts';
import { onFirstCall, portsHere } from './lambda/aws-ports.ts';
import { type HttpHandler, httpStack } from './lambda/http-stack.ts';

/** Until people can sign in, only what needs no sign-in is reached from outside. */
export const answerRequest = (ports: Ports) => frontDoor(ports, 'outside');

const stack = onFirstCall(() => {
  const ports = portsHere();
  const reference = () => Buffer.from(ports.chance.bytes(5)).toString('hex');
  return httpStack({ name: 'answer-request', answer: answerRequest(ports), log: ports.log, reference });
});
export const handler: HttpHandler = async (event, context) => stack()(event, context);
