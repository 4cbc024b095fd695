import { awsError } from './aws-error.ts';

/** What a schedule or an event rule can set off. */
export interface Targets {
  /** Sends `input` (JSON text) to a function, a state machine or a queue; throws when it was not accepted. */
  send(targetArn: string, input: string): Promise<void>;
}

/** Is this the ARN of something a schedule or a rule can set off here? */
export function isTarget(targetArn: string): boolean {
  return /^arn:aws:(lambda:[^:]+:\d+:function:|states:[^:]+:\d+:stateMachine:|sqs:[^:]+:\d+:)[A-Za-z0-9_-]+$/.test(
    targetArn,
  );
}

/** Makes the targets out of what accepts an invocation, an execution and a message. */
export function makeTargets(
  invoke: (functionArn: string, input: string) => void,
  execute: (stateMachineArn: string, input: string) => void,
  send: (queueArn: string, body: string) => Promise<unknown>,
): Targets {
  return {
    async send(targetArn, input) {
      const [, , service] = targetArn.split(':');
      if (service === 'lambda') invoke(targetArn, input);
      else if (service === 'states') execute(targetArn, input);
      else if (service === 'sqs') await send(targetArn, input);
      else throw awsError(400, 'ValidationException', `${targetArn} is no target known here`);
    },
  };
}
