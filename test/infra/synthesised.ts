import { rmSync } from 'node:fs';
import type { App } from 'aws-cdk-lib';
import { billingApp } from '../../infra/app.ts';

// biome-ignore lint/suspicious/noExplicitAny: a property of a template is any JSON, and the tests look deep into it.
export type Json = any;

export type Resource = {
  Type: string;
  Properties: Json;
  DependsOn?: string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
};

export type Template = {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: Json; Description?: string }>;
};

/** Only templates: no code is bundled. */
export const WITHOUT_CODE = { 'aws:cdk:bundling-stacks': [] };

/** The two stacks of an environment, as CloudFormation gets them. */
export function synthesise(env: string) {
  const app = billingApp({ env, ...WITHOUT_CODE });
  const assembly = app.synth();
  const [data, billing] = ['Data', 'Billing'].map((id) => assembly.getStackArtifact(id));
  const synthesised = {
    data: data?.template as Template,
    billing: billing?.template as Template,
    isProtected: Boolean(data?.terminationProtection),
  };
  discard(app);
  return synthesised;
}

/** Removes what a synthesis wrote. */
export function discard(app: App) {
  rmSync(app.outdir, { recursive: true, force: true });
}

export function ofType(template: Template, type: string): [id: string, resource: Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The name of the thing that an ARN, a URL or a name in a template refers to: `Decisions`, `Chunks`, `DraftRun`. */
export function referent(value: Json): string {
  if (value === '*') return '*';
  const text = JSON.stringify(value);
  const id = /(?:PublishOutput(?:Ref|FnGetAtt))?([A-Za-z]+?)[0-9A-F]{8}/.exec(text)?.[1] ?? text;
  const name = id
    .replace(/^(Mediation|Rating|Billing|Invoicing)(?=[A-Z])/, '')
    .replace(/(Table|Bucket|Queue|Function|Machine|Bus)$/, '');
  const keys = /"\/(map-results\/|usage\/)?\*"/.exec(text);
  return keys ? `${name}/${keys[1] ?? ''}*` : name;
}
