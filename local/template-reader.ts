import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCOUNT, arn, REGION } from './place.ts';
import {
  checkProperties,
  type Identity,
  isKnownType,
  namingOf,
  type PropertiesOf,
  type ResourceType,
} from './resource-types.ts';

/** One resource of a template: intrinsics resolved, properties checked. */
export interface Resource<T extends ResourceType = ResourceType> extends Identity {
  stack: string;
  logicalId: string;
  type: T;
  properties: PropertiesOf<T>;
}

/** What an assembly says, resolved for one run of the cloud. */
export interface ResolvedAssembly {
  resources: Resource[];
  /** Stack name → output key → value. */
  outputs: Record<string, Record<string, string>>;
  /** Object key of an asset (`<hash>.zip`) → its folder on disk. */
  assets: Map<string, string>;
}

type Tree = null | boolean | number | string | Tree[] | { [key: string]: Tree };
type Branch = { [key: string]: Tree };

interface Stack {
  name: string;
  template: Branch;
}

const sections = [
  'Resources',
  'Outputs',
  'Parameters',
  'Rules',
  'Conditions',
  'Metadata',
  'Description',
  'AWSTemplateFormatVersion',
];
const resourceFields = ['Type', 'Properties', 'DependsOn', 'Metadata', 'DeletionPolicy', 'UpdateReplacePolicy'];
const NOTHING = Symbol('AWS::NoValue');

function branch(tree: Tree | undefined): Branch {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? tree : {};
}

function readJson(file: string): Branch {
  try {
    return branch(JSON.parse(readFileSync(file, 'utf8')));
  } catch (thrown) {
    throw new Error(`${file} is not a cloud assembly's file: ${(thrown as Error).message}. Synthesise the app first.`);
  }
}

/** The stacks of an assembly (producers before consumers) and the folders of its assets. */
function readStacks(directory: string): { stacks: Stack[]; assets: Map<string, string> } {
  const artifacts = branch(readJson(join(directory, 'manifest.json')).artifacts);
  const assets = new Map<string, string>();
  const stacks: Stack[] = [];
  const seen = new Set<string>();
  const visit = (id: string) => {
    if (seen.has(id)) return;
    seen.add(id);
    const artifact = branch(artifacts[id]);
    for (const dependency of (artifact.dependencies as string[] | undefined) ?? []) visit(dependency);
    const properties = branch(artifact.properties);
    if (artifact.type === 'cdk:asset-manifest') {
      for (const file of Object.values(branch(readJson(join(directory, String(properties.file))).files)))
        for (const destination of Object.values(branch(branch(file).destinations)))
          assets.set(String(branch(destination).objectKey), join(directory, String(branch(branch(file).source).path)));
    }
    if (artifact.type === 'aws:cloudformation:stack')
      stacks.push({
        name: String(properties.stackName ?? id),
        template: readJson(join(directory, String(properties.templateFile))),
      });
    if (artifact.type === 'cdk:cloud-assembly')
      throw new Error(`${id}: nested assemblies (stages) are not part of the embedded cloud`);
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return { stacks, assets };
}

/** `<stack>-<logical id>`, shortened with a hash where AWS would not take it. */
function defaultName(stack: string, logicalId: string, type: ResourceType, longest: number): string {
  const whole = `${stack}-${logicalId}`;
  const name =
    type === 'AWS::S3::Bucket'
      ? whole.toLowerCase().replace(/[^a-z0-9-]/g, '-')
      : whole.replace(/[^A-Za-z0-9_-]/g, '-');
  if (name.length <= longest) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 10);
  return `${name.slice(0, longest - 11)}-${hash}`;
}

/**
 * Reads a cloud assembly strictly. An unknown resource type, property, template section or intrinsic function is a problem;
 * all problems are thrown at once, each with stack, logical id and property.
 */
export function readAssembly(directory: string, queueUrl: (name: string) => string): ResolvedAssembly {
  const { stacks, assets } = readStacks(directory);
  const problems: string[] = [];
  const identities = new Map<string, Identity>();
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));

  function identityOf(stack: Stack, logicalId: string, where: string): Identity | undefined {
    const key = `${stack.name}/${logicalId}`;
    const known = identities.get(key);
    if (known) return known;
    const resource = branch(branch(stack.template.Resources)[logicalId]);
    const type = String(resource.Type);
    if (!isKnownType(type))
      return void problems.push(`${where}: refers to ${logicalId}, which is no resource known here`);
    const { property, longest, identify } = namingOf(type);
    const raw = property === undefined ? undefined : branch(resource.Properties)[property];
    const given = raw === undefined ? NOTHING : resolve(raw, stack, where);
    const name = given === NOTHING ? defaultName(stack.name, logicalId, type, longest) : String(given);
    const identity = { name, ...identify(name, queueUrl) };
    identities.set(key, identity);
    return identity;
  }

  function reference(target: string, stack: Stack, where: string): Tree | typeof NOTHING {
    const pseudo: Record<string, string | typeof NOTHING> = {
      'AWS::AccountId': ACCOUNT,
      'AWS::NoValue': NOTHING,
      'AWS::Partition': 'aws',
      'AWS::Region': REGION,
      'AWS::StackId': arn('cloudformation', `stack/${stack.name}/local`),
      'AWS::StackName': stack.name,
      'AWS::URLSuffix': 'amazonaws.com',
    };
    return pseudo[target] ?? identityOf(stack, target, where)?.ref ?? '';
  }

  function attribute(logicalId: string, name: string, stack: Stack, where: string): string {
    const value = identityOf(stack, logicalId, where)?.attributes[name];
    if (value === undefined) problems.push(`${where}: the attribute ${logicalId}.${name} is not known here`);
    return value ?? '';
  }

  function output(stackName: string, key: string, where: string): Tree {
    const stack = byName.get(stackName);
    const found = stack && branch(branch(stack.template.Outputs)[key]).Value;
    if (stack && found !== undefined) return resolve(found, stack, where) as Tree;
    problems.push(`${where}: stack ${stackName} has no output ${key}`);
    return '';
  }

  function importValue(exportName: string, where: string): Tree {
    for (const stack of stacks)
      for (const [key, value] of Object.entries(branch(stack.template.Outputs)))
        if (resolve(branch(branch(value).Export).Name ?? null, stack, where) === exportName)
          return output(stack.name, key, where);
    problems.push(`${where}: no stack exports ${exportName}`);
    return '';
  }

  function substitute(argument: Tree, stack: Stack, where: string): string {
    const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return String(template).replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      const given = branch(variables)[name];
      if (given !== undefined) return String(resolve(given, stack, where));
      const [logicalId, ...rest] = name.split('.');
      return rest.length > 0
        ? attribute(logicalId ?? '', rest.join('.'), stack, where)
        : String(reference(name, stack, where));
    });
  }

  function intrinsic(name: string, argument: Tree, stack: Stack, where: string): Tree | typeof NOTHING {
    const inner = (tree: Tree | undefined) => resolve(tree ?? null, stack, where) as Tree;
    const parts = Array.isArray(argument) ? argument : [];
    if (name === 'Ref') return reference(String(argument), stack, where);
    if (name === 'Fn::GetAtt') {
      const [logicalId, ...rest] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
      return attribute(logicalId ?? '', rest.join('.'), stack, where);
    }
    if (name === 'Fn::Join') return (inner(parts[1]) as Tree[]).join(String(parts[0]));
    if (name === 'Fn::Sub') return substitute(argument, stack, where);
    if (name === 'Fn::Split') return String(inner(parts[1])).split(String(parts[0]));
    if (name === 'Fn::Select') return (inner(parts[1]) as Tree[])[Number(parts[0])] ?? '';
    if (name === 'Fn::ImportValue') return importValue(String(inner(argument)), where);
    if (name === 'Fn::GetStackOutput') {
      const { StackName, OutputName, Region, ...rest } = branch(inner(argument));
      if (Object.keys(rest).length === 0 && (Region === undefined || Region === REGION))
        return output(String(StackName), String(OutputName), where);
    }
    problems.push(`${where}: the intrinsic function ${name} is not known here in this form`);
    return '';
  }

  function resolve(tree: Tree, stack: Stack, where: string): Tree | typeof NOTHING {
    if (Array.isArray(tree))
      return tree.map((one, i) => resolve(one, stack, `${where}[${i}]`)).filter((one) => one !== NOTHING);
    if (typeof tree !== 'object' || tree === null) return tree;
    const [only, ...others] = Object.keys(tree);
    if (only !== undefined && others.length === 0 && (only === 'Ref' || only.startsWith('Fn::')))
      return intrinsic(only, tree[only] ?? null, stack, where);
    const resolved = Object.entries(tree).map(
      ([key, value]) => [key, resolve(value, stack, `${where}.${key}`)] as const,
    );
    return Object.fromEntries(resolved.filter((entry): entry is readonly [string, Tree] => entry[1] !== NOTHING));
  }

  function readResource(stack: Stack, logicalId: string, resource: Branch): Resource[] {
    const where = `${stack.name}/${logicalId}`;
    const type = String(resource.Type);
    if (!isKnownType(type)) {
      problems.push(`${where}: the resource type ${type} is not known here`);
      return [];
    }
    const ignored = type === 'AWS::CDK::Metadata' ? ['Condition'] : [];
    for (const field of Object.keys(resource))
      if (![...resourceFields, ...ignored].includes(field))
        problems.push(`${where}: the field ${field} is not known here`);
    const raw = Object.entries(branch(resource.Properties)).map(
      ([key, value]) => [key, resolve(value, stack, `${where}.${key}`)] as const,
    );
    const checked = checkProperties(type, Object.fromEntries(raw.filter(([, value]) => value !== NOTHING)));
    problems.push(...checked.problems.map((problem) => `${where}.${problem} (${type})`));
    const identity = identityOf(stack, logicalId, where);
    return identity ? [{ ...identity, stack: stack.name, logicalId, type, properties: checked.value as never }] : [];
  }

  function readStack(stack: Stack): Resource[] {
    const { template, name } = stack;
    for (const section of Object.keys(template))
      if (!sections.includes(section)) problems.push(`${name}: the template section ${section} is not known here`);
    for (const parameter of Object.keys(branch(template.Parameters)))
      if (parameter !== 'BootstrapVersion') problems.push(`${name}: the parameter ${parameter} is not known here`);
    for (const rule of Object.keys(branch(template.Rules)))
      if (rule !== 'CheckBootstrapVersion') problems.push(`${name}: the rule ${rule} is not known here`);
    for (const condition of Object.keys(branch(template.Conditions)))
      if (condition !== 'CDKMetadataAvailable') problems.push(`${name}: the condition ${condition} is not known here`);
    return Object.entries(branch(template.Resources)).flatMap(([logicalId, resource]) =>
      readResource(stack, logicalId, branch(resource)),
    );
  }

  const resources = stacks.flatMap(readStack);
  const outputs = Object.fromEntries(
    stacks.map((stack) => [
      stack.name,
      Object.fromEntries(
        Object.keys(branch(stack.template.Outputs)).map((key) => [
          key,
          String(output(stack.name, key, `${stack.name}/${key}`)),
        ]),
      ),
    ]),
  );
  if (problems.length > 0)
    throw new Error(
      `The embedded cloud cannot run ${directory}:\n${[...new Set(problems)].map((problem) => `  ${problem}`).join('\n')}`,
    );
  return { resources, outputs, assets };
}

/** The resources of one type. */
export function ofType<T extends ResourceType>(resources: Resource[], type: T): Resource<T>[] {
  return resources.filter((resource): resource is Resource<T> => resource.type === type);
}
