import type { IContainer } from 'kubernetes-models/v1';
import type { Informer } from '../../client/informer.ts';
import type { Namespace, Pod } from '../../client/kinds.ts';
import { type ContainerBehavior, type PodBehavior, readBehavior, readBehaviors } from './behavior.ts';
import { courseOfCommand } from './commands.ts';
import type { ContainerPlan, Implementation, ImplementationOf, PlanOf } from './container.ts';
import { declared, endsAtOnce, runsOn } from './declared.ts';

/** On a pod: how its containers go, in JSON. */
const behaviorAnnotation = 'simulation.binnacle.dev/behavior';
/** On a namespace: a list of the same, each with a selector of the pods that it is about. */
const behaviorsAnnotation = 'simulation.binnacle.dev/behaviors';

export interface Plans {
  readonly planOf: PlanOf;
  /** Declarations about the pod that cannot be read and are ignored, each with where and why. */
  problemsOf(pod: Pod): readonly string[];
}

/**
 * Whatever runs a container comes first; else what was declared: by the pod's annotation, then by the first that selects it of its
 * namespace's; then what its command says; and what nobody knows about simply runs, or as an init container has run.
 */
export function createPlans(namespaces: Informer<Namespace>, implementationOf: ImplementationOf): Plans {
  const ofPod = reader(behaviorAnnotation, readBehavior);
  const readNamespace = reader(behaviorsAnnotation, readBehaviors);
  const ofNamespace = ({ metadata }: Pod) => readNamespace(namespaces.get('', metadata.namespace));
  const selected = (pod: Pod): readonly PodBehavior[] =>
    (ofNamespace(pod).said ?? []).filter(({ selector }) => selector.matches(pod.metadata.labels ?? {}));
  return {
    planOf(pod, container, attempt) {
      const all = [ofPod(pod).said ?? [], ...selected(pod).map(({ containers }) => containers)];
      const behavior = all.map((behaviors) => behaviorFor(behaviors, container)).find((found) => found);
      return planFrom(behavior, container, attempt, implementationOf(pod, container), isInit(pod, container));
    },
    problemsOf: (pod) =>
      [
        [`Annotation ${behaviorAnnotation}`, ofPod(pod).problem],
        [
          `Annotation ${behaviorsAnnotation} of namespace ${pod.metadata.namespace}`,
          ofNamespace(pod).problem,
        ],
      ].flatMap(([what, problem]) => (problem === undefined ? [] : [`${what} is ignored: ${problem}`])),
  };
}

function planFrom(
  behavior: ContainerBehavior | undefined,
  container: IContainer,
  attempt: number,
  implementation: Implementation | undefined,
  init: boolean,
): ContainerPlan {
  const now = behavior?.attempts[Math.min(attempt, behavior.attempts.length - 1)];
  const course = now?.course ?? courseOfCommand(container);
  const isSkipped = init && !course && !implementation;
  return {
    ...(now?.imageProblem === undefined ? {} : { imageProblem: now.imageProblem }),
    startDelayMs: now?.startDelayMs ?? 0,
    isSkipped,
    implementation: implementation ?? declared(course ?? (isSkipped ? endsAtOnce : runsOn)),
  };
}

/** Whether the others wait until it has ended; a sidecar they do not wait for. */
const isInit = ({ spec }: Pod, { name, restartPolicy }: IContainer): boolean =>
  restartPolicy !== 'Always' && (spec?.initContainers ?? []).some((one) => one.name === name);

const behaviorFor = (
  behaviors: readonly ContainerBehavior[],
  { name }: IContainer,
): ContainerBehavior | undefined =>
  behaviors.find((one) => one.name === name) ?? behaviors.find((one) => one.name === '*');

interface Read<T> {
  readonly said?: T;
  /** Why the annotation says nothing. */
  readonly problem?: string;
}

const maxRemembered = 1_000;

type Annotated = Pick<Pod | Namespace, 'metadata'>;

/** Reads an annotation, each text of it once: pods of one template have the same. */
function reader<T>(annotation: string, read: (given: unknown) => T) {
  const remembered = new Map<string, Read<T>>();
  return (object: Annotated | undefined): Read<T> => {
    const text = object?.metadata.annotations?.[annotation];
    if (text === undefined) return {};
    const known = remembered.get(text);
    if (known) return known;
    const made = parsed(text, read);
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(text, made);
    return made;
  };
}

function parsed<T>(text: string, read: (given: unknown) => T): Read<T> {
  try {
    return { said: read(JSON.parse(text)) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
