import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** A permission and the environment variable that names its resource: who gets the one gets the other. */
export type Access = {
  /** What is accessed, by the variable that the function reads. */
  variables: Record<string, string>;
  statements: PolicyStatement[];
};

/** These actions on these resources, nothing else. */
export function allow(actions: string[], resource: string): PolicyStatement {
  return new PolicyStatement({ actions, resources: [resource] });
}
