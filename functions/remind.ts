/** Does what an alarm of the queue is for: a reminder, an expiry, the end of a wait, a call to be tried again. */
import { alarm } from './core/alarm.ts';
import type { AlarmCall, Ports } from './core/ports.ts';
import { onFirstCall, portsHere } from './lambda/aws-ports.ts';
import { noteInvocation } from './lambda/lambda-log.ts';
import { type QueueHandler, queueStack } from './lambda/queue-stack.ts';

export const remind =
  (ports: Ports) =>
  (call: AlarmCall): Promise<void> =>
    alarm(ports, call);

const stack = onFirstCall(() => {
  const ports = portsHere();
  return queueStack({ name: 'remind', fire: remind(ports), log: ports.log });
});
export const handler: QueueHandler = async (event, context) => {
  const answering = stack();
  noteInvocation(context);
  return answering(event, context);
};
