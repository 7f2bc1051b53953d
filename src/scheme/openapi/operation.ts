import type { GroupVersionKind } from '../../apimachinery/gvk.ts';
import type { Parameter } from './parameters.ts';

export type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch';

/** One operation, said once for both versions of OpenAPI. */
export interface Operation {
  readonly method: Method;
  readonly id: string;
  readonly tag: string;
  readonly description: string;
  /** `x-kubernetes-action`; absent on discovery. */
  readonly action?: string;
  readonly gvk?: GroupVersionKind;
  readonly parameters: readonly Parameter[];
  /** The type of the body; absent when there is none. */
  readonly body?: string;
  readonly bodyRequired?: boolean;
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** The type of the answer; absent when it is text. */
  readonly answer?: string;
  /** Codes of success. */
  readonly codes: readonly (200 | 201 | 202)[];
}

export interface PathItem {
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly operations: readonly Operation[];
}

/** Parameters that every operation of a path has stand at the path. */
export function hoisted({ path, parameters, operations }: PathItem): PathItem {
  const [first, ...others] = operations;
  const common = (first?.parameters ?? []).filter((parameter) =>
    others.every((operation) => operation.parameters.includes(parameter)),
  );
  if (common.length === 0) return { path, parameters, operations };
  const isOwn = (parameter: Parameter) => !common.includes(parameter);
  return {
    path,
    parameters: [...parameters, ...common],
    operations: operations.map((one) => ({ ...one, parameters: one.parameters.filter(isOwn) })),
  };
}

export const codeTexts = { 200: 'OK', 201: 'Created', 202: 'Accepted' } as const;

const answers = ['application/json', 'application/yaml'];

/** What bodies may be sent as, and answers come as. */
export const mediaTypes = Object.freeze({
  anyBody: ['*/*'],
  patches: [
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
  ],
  answers,
  streams: [...answers, 'application/json;stream=watch'],
  anything: ['*/*'],
  text: ['text/plain', ...answers],
});
