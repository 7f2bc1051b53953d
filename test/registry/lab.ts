import { createAdmissionChain } from '../../src/admission/chain.ts';
import type { AdmissionRequest } from '../../src/admission/types.ts';
import { type VirtualClock, virtualClock } from '../../src/apimachinery/clock.ts';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { loopbackUser } from '../../src/apimachinery/user.ts';
import { createMemoryKv } from '../../src/kv/memory/index.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { Caller, Registry, Target } from '../../src/registry/context.ts';
import type { WriteHook } from '../../src/registry/hooks.ts';
import { create } from '../../src/registry/write/create.ts';
import { type DeleteRequest, remove } from '../../src/registry/write/delete.ts';
import { type UpdateRequest, update } from '../../src/registry/write/update.ts';
import { builtinResources } from '../../src/resources/index.ts';
import type { ResourceDefinition, Strategy } from '../../src/scheme/definition.ts';
import { loadSchemas } from '../../src/scheme/schema-set.ts';
import type { Entry } from '../../src/storage/entry.ts';
import { objectKey } from '../../src/storage/keys.ts';
import { ObjectStore } from '../../src/storage/object-store.ts';
import { WatchCache } from '../../src/storage/watch-cache.ts';
import { faultyKv } from '../storage/faulty-kv.ts';

/** What a lab's resource is like beyond the plainest one. */
export interface Special {
  readonly strategy?: Strategy;
  /** Makes a step go wrong: throws from there. */
  readonly failing?: { step?: string | undefined };
  readonly eventTtlSeconds?: number;
  /** What validating admission does. */
  readonly admit?: (request: AdmissionRequest) => void;
}

export interface Thing extends KubeObject {
  data?: Record<string, string>;
}

export const thing = (
  name: string,
  data: Record<string, string> = {},
  metadata: Partial<KubeObject['metadata']> = {},
): Thing => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...(name === '' ? {} : { name }), namespace: 'a', ...metadata },
  data,
});

/**
 * The write functions over a real store that can be made to fail, for one resource whose every step is recorded. The
 * steps stand in the order in which they ran.
 */
export async function openLab({ strategy = {}, failing = {}, eventTtlSeconds = 60, admit }: Special = {}) {
  const clock: VirtualClock = virtualClock();
  const { kv, sound, faults, tried } = faultyKv(createMemoryKv({ clock }));
  const cache = new WatchCache(kv, clock, (error) => {
    throw error;
  });
  await cache.start();
  const steps: string[] = [];
  const run = (step: string) => {
    steps.push(step);
    if (failing.step === step) throw new Error(`${step} failed`);
  };
  const definition = recorded(strategy, run);
  const hook: WriteHook = {
    async begin(_object, _old, dryRun) {
      run(dryRun ? 'claim (dry)' : 'claim');
      return { commit: async () => run('commit'), revert: async () => run('revert') };
    },
    afterDelete: async () => run('afterDelete'),
  };
  const registry: Registry = {
    catalog: createCatalog([definition]),
    store: new ObjectStore(kv, cache),
    schemas: loadSchemas(),
    admission: createAdmissionChain([
      {
        name: 'Recorder',
        mutate: () => run('mutate'),
        validate: (request) => {
          run('admit');
          admit?.(request);
        },
      },
    ]),
    hooks: new Map([['/configmaps', hook]]),
    layout: 'binnacle',
    clock,
    random: seededRandom(1),
    eventTtlSeconds,
    allowPrivileged: true,
  };
  const warnings: string[] = [];
  const target: Target = {
    definition,
    version: definition.versions[0]!,
    namespace: 'a',
    name: '',
    subresource: '',
  };
  const caller = (dryRun = false): Caller => ({
    user: loopbackUser,
    dryRun,
    fieldValidation: 'Strict',
    warn: (text) => warnings.push(text),
    annotate: () => {},
    annotateContent: () => {},
  });
  const keyOf = (name: string) => objectKey('binnacle', definition, 'a', name);
  return {
    clock,
    kv,
    sound,
    cache,
    faults,
    /** Keys of the writes that reached the store. */
    tried,
    /** Steps of the pipeline and of the hook. */
    steps,
    warnings,
    registry,
    keyOf,
    read: (name: string): Thing | undefined => cache.get(keyOf(name))?.decode(),
    create: (object: Thing, dryRun = false): Promise<Entry> =>
      create(registry, target, caller(dryRun), () => {
        run('produce');
        return structuredClone(object);
      }),
    /** `produce` changes the object in place, or returns another. */
    update: (
      name: string,
      produce: (old: Thing) => Thing | undefined,
      { dryRun = false, subresource = '', ...rest }: UpdateOptions = {},
    ) =>
      update(registry, { ...target, name, subresource }, caller(dryRun), {
        ...rest,
        produce: (old) => {
          run('produce');
          return produce(old as Thing) ?? old!;
        },
      }),
    remove: (name: string, request: DeleteRequest = {}, dryRun = false) =>
      remove(registry, { ...target, name }, caller(dryRun), request),
    /** Has somebody else change the object before each of the next `times` writes. */
    loseRaces(name: string, times: number, rival: (object: Thing) => Thing | undefined = touched) {
      let left = times;
      faults.beforeWrite = async (key) => {
        if (key !== keyOf(name) || left-- <= 0) return;
        const { kv: current } = await sound.get(key);
        const object = current && (JSON.parse(Buffer.from(current.value).toString()) as Thing);
        const changed = object ? rival(object) : thing(name);
        if (changed) await sound.putIf(key, Buffer.from(JSON.stringify(changed)), current?.modRevision ?? 0);
        else await sound.deleteIf(key, current!.modRevision);
      };
    },
  };
}

type UpdateOptions = Omit<UpdateRequest, 'produce'> & {
  readonly dryRun?: boolean;
  readonly subresource?: string;
};

export type Lab = Awaited<ReturnType<typeof openLab>>;

const touched = (object: Thing): Thing => ({
  ...object,
  data: { ...object.data, touched: String(Number(object.data?.['touched'] ?? 0) + 1) },
});

/** The plainest built-in resource, with a strategy that tells what is done. */
function recorded(strategy: Strategy, run: (step: string) => void): ResourceDefinition {
  const plain = builtinResources.find(({ resource }) => resource === 'configmaps')!;
  return {
    ...plain,
    versions: plain.versions.map((version) => ({ ...version, defaults: () => run('default') })),
    strategy: {
      prepareForCreate: () => run('prepare'),
      prepareForUpdate: () => run('prepare'),
      validate: () => {
        run('validate');
        return [];
      },
      validateUpdate: () => {
        run('validate');
        return [];
      },
      warnings: () => {
        run('warn');
        return [];
      },
      ...strategy,
    },
    subresources: { status: { kind: 'object', verbs: ['get', 'update', 'patch'], strategy: {} } },
  };
}
