import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Workflows } from '#shared/billing/ports.ts';

/** Bill-run workflows on Step Functions: the execution's name is what makes a start happen once. */
export function stepFunctionsWorkflows(
  client: SFNClient,
  machines: Readonly<Record<'draft-run' | 'post-run', string>>,
): Workflows {
  return {
    async start(workflow, name, input) {
      try {
        await client.send(
          new StartExecutionCommand({ stateMachineArn: machines[workflow], name, input: JSON.stringify(input) }),
        );
        return true;
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return false;
        throw error;
      }
    },
  };
}
