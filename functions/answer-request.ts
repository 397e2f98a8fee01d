/** Answers people and other systems: all addresses lead here. */
import { frontDoor } from './http/front-door.ts';
import { onFirstCall, portsHere } from './lambda/aws-ports.ts';
import { type HttpHandler, httpStack } from './lambda/http-stack.ts';
import { noteInvocation } from './lambda/lambda-log.ts';

const stack = onFirstCall(() => {
  const ports = portsHere();
  const reference = () => Buffer.from(ports.chance.bytes(5)).toString('hex');
  return httpStack({ name: 'answer-request', answer: frontDoor(ports), log: ports.log, reference });
});
export const handler: HttpHandler = async (event, context) => {
  const answering = stack();
  noteInvocation(context);
  return answering(event, context);
};
