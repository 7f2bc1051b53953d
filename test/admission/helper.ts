import assert from 'node:assert/strict';
import { createAdmission } from '../../src/admission/index.ts';
import type { AdmissionRequest, AdmissionTools } from '../../src/admission/types.ts';
import { cloneJson, type KubeObject } from '../../src/apimachinery/object.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { ApiError } from '../../src/apimachinery/status.ts';
import { loopbackUser, systemPrivilegedGroup } from '../../src/apimachinery/user.ts';
import { accessQuestion } from '../../src/authorization/access-question.ts';
import { privilegedGroups } from '../../src/authorization/privileged-group/authorizer.ts';
import { unionAuthorizer } from '../../src/authorization/union.ts';
import { createWriter } from '../../src/registry/writer.ts';
import { definitionOf, openStore } from '../registry/kit.ts';

export const apply = (apiVersion: string, kind: string, name: string, rest: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});

export const inNamespace = (namespace: string, object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});

export const activeNamespace = (name: string): KubeObject =>
  apply('v1', 'Namespace', name, { status: { phase: 'Active' } });

/** A pod in namespace `a`, which every cluster of these tests has. */
export const pod = (spec: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'a', ...metadata },
  spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec },
});

type Extra = Partial<
  Pick<AdmissionRequest, 'operation' | 'subresource' | 'oldObject' | 'user' | 'dryRun' | 'warn' | 'annotate'>
>;

/** What plugins are given, over a store that holds the objects. Members of system:masters may do everything. */
export async function toolsOver(objects: readonly KubeObject[]) {
  const opened = await openStore(...objects);
  const tools: AdmissionTools = {
    reader: opened.reader,
    clock: opened.clock,
    random: seededRandom(1),
    ask: accessQuestion(unionAuthorizer([privilegedGroups(systemPrivilegedGroup)])),
    writer: createWriter(() => assert.fail('nothing is written')),
    definitions: opened.catalog.definitions,
    backendOf: () => assert.fail('no service is asked'),
  };
  return { ...opened, tools };
}

interface AdmissionSetting {
  /** By the name of the plugin: what its configuration file says. */
  readonly configurations?: Readonly<Record<string, unknown>>;
}

/** Admission over a store that holds the objects: answers the admitted object, or throws what refuses it. */
export async function admissionOver(
  objects: readonly KubeObject[],
  enable: readonly string[] = [],
  setting: AdmissionSetting = {},
) {
  const { tools } = await toolsOver([activeNamespace('a'), ...objects]);
  const chain = createAdmission(tools, { enable, disable: [], ...setting });
  return async (sent: KubeObject, extra: Extra = {}): Promise<KubeObject> => {
    const object = cloneJson(sent);
    const operation = extra.operation ?? (extra.oldObject ? 'UPDATE' : 'CREATE');
    const request: AdmissionRequest = {
      operation,
      definition: definitionOf(object),
      subresource: '',
      namespace: object.metadata.namespace ?? '',
      name: object.metadata.name ?? '',
      user: loopbackUser,
      dryRun: false,
      forms: () => assert.fail('nobody outside is asked'),
      warn: () => {},
      annotate: () => {},
      annotateContent: () => {},
      ...(operation === 'DELETE' ? { oldObject: object } : { object }),
      ...extra,
    };
    await chain.mutate(request);
    await chain.validate(request);
    return object;
  };
}

/** Fails unless it is refused with this code and message. Returns the error. */
export async function refused(code: number, message: string, attempt: Promise<unknown>): Promise<ApiError> {
  const error = await attempt.then(
    () => assert.fail(`not refused: ${message}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ApiError, String(error));
  assert.deepEqual([error.code, error.message], [code, message]);
  return error;
}
